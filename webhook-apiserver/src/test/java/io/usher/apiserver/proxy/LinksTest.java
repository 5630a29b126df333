package io.usher.apiserver.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksTest {

  private static final Links LINKS = new Links("/p/proxy", "10.0.0.1:80", "api:6443");

  @ParameterizedTest
  @CsvSource({
    "/, /p/proxy/",
    "/a/b?x=1#y, /p/proxy/a/b?x=1#y",
    "/a//b/../c/, /p/proxy/a/c/",
    "http://10.0.0.1:80/a, /p/proxy/a",
    "https://api:6443/a, https://api:6443/p/proxy/a",
    "//api:6443/a, //api:6443/p/proxy/a",
    "http://10.0.0.1:81/a, http://10.0.0.1:81/a",
    "https://example.com/, https://example.com/",
    "/p/proxy/a, /p/proxy/a",
    "a/b, a/b",
    "mailto:a@example.com, mailto:a@example.com",
    "http://[bad/, http://[bad/"
  })
  void linksToTheSameServerLeadThroughTheProxy(String link, String rewritten) {
    assertThat(LINKS.rewritten(link)).isEqualTo(rewritten);
  }
}
