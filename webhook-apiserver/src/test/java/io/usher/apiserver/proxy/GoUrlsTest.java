package io.usher.apiserver.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoUrlsTest {

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "/, /",
    "/a/b, /a/b",
    "/a/b/, /a/b/",
    "/a//b///, /a/b/",
    "/a/./b/../c, /a/c",
    "/../../a, /a",
    "/a/.., /"
  })
  void pathsAreCleaned(String path, String cleaned) {
    assertThat(GoUrls.cleaned(path)).isEqualTo(cleaned);
  }

  @Test
  void pathsAndParametersAreEncoded() {
    assertThat(GoUrls.path("/a b/{c}/é:@&=+$,;~")).isEqualTo("/a%20b/%7Bc%7D/%C3%A9:@&=+$,;~");
    var parameters = new TreeMap<>(Map.of("command", List.of("ls -l", "a/b?"), "a", List.of("+")));
    assertThat(GoUrls.query(parameters)).isEqualTo("a=%2B&command=ls+-l&command=a%2Fb%3F");
  }
}
