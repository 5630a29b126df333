package io.usher.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoJsonTest {

  private static String problem(String text) {
    return GoJson.problem(text.translateEscapes().getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[1, -0.5e+10, 0, 1E3, \"a\\\\u00e9\\\\n\", true, false, null, {\"a\": [{}, []]}]",
        " \\t\\r\\n7 ",
        "\"\u00e9\u007f\""
      })
  void jsonHasNoProblem(String text) {
    assertThat(problem(text)).isEmpty();
  }

  /** What sigs.k8s.io/json says, which kube-apiserver reads bodies with. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~           | unexpected end of JSON input
          ~  ~         | unexpected end of JSON input
          {            | unexpected end of JSON input
          {"a          | unexpected end of JSON input
          {"a"         | unexpected end of JSON input
          {"a":        | unexpected end of JSON input
          {"a":1       | unexpected end of JSON input
          [1           | unexpected end of JSON input
          [1,          | unexpected end of JSON input
          [[[[1]]]     | unexpected end of JSON input
          -            | invalid character ' ' in numeric literal
          1.           | invalid character ' ' after decimal point in numeric literal
          1e           | invalid character ' ' in exponent of numeric literal
          1e+          | invalid character ' ' in exponent of numeric literal
          "\\\\        | invalid character ' ' in string escape code
          "\\\\u00     | invalid character ' ' in \\u hexadecimal character escape
          tru          | invalid character ' ' in literal true (expecting 'e')
          nul          | invalid character ' ' in literal null (expecting 'l')
          @            | invalid character '@' looking for beginning of value
          /* */        | invalid character '/' looking for beginning of value
          '            | invalid character '\\'' looking for beginning of value
          \\\\         | invalid character '\\\\' looking for beginning of value
          ]            | invalid character ']' looking for beginning of value
          NaN          | invalid character 'N' looking for beginning of value
          \u00e9       | invalid character '\u00c3' looking for beginning of value
          \u007f       | invalid character '\\x7f' looking for beginning of value
          \\0          | invalid character '\\x00' looking for beginning of value
          {a:1}        | invalid character 'a' looking for beginning of object key string
          {'a':1}      | invalid character '\\'' looking for beginning of object key string
          {,           | invalid character ',' looking for beginning of object key string
          {"a":1,}     | invalid character '}' looking for beginning of object key string
          {"a" 1}      | invalid character '1' after object key
          {"a":}       | invalid character '}' looking for beginning of value
          {"a":1 "b"}  | invalid character '"' after object key:value pair
          {"a":1]      | invalid character ']' after object key:value pair
          {"a":1:2}    | invalid character ':' after object key:value pair
          [,           | invalid character ',' looking for beginning of value
          [1,]         | invalid character ']' looking for beginning of value
          [1 2]        | invalid character '2' after array element
          [1}          | invalid character '}' after array element
          ["a":1]      | invalid character ':' after array element
          {} {}        | invalid character '{' after top-level value
          "a" b        | invalid character 'b' after top-level value
          01           | invalid character '1' after top-level value
          -a           | invalid character 'a' in numeric literal
          +1           | invalid character '+' looking for beginning of value
          .5           | invalid character '.' looking for beginning of value
          1.a          | invalid character 'a' after decimal point in numeric literal
          1.e3         | invalid character 'e' after decimal point in numeric literal
          1ea          | invalid character 'a' in exponent of numeric literal
          1e+a         | invalid character 'a' in exponent of numeric literal
          truE         | invalid character 'E' in literal true (expecting 'e')
          fals3        | invalid character '3' in literal false (expecting 'e')
          nil          | invalid character 'i' in literal null (expecting 'u')
          "a\\nb"      | invalid character '\\n' in string literal
          "\\t"        | invalid character '\\t' in string literal
          "\\\\x"      | invalid character 'x' in string escape code
          "\\\\'"      | invalid character '\\'' in string escape code
          "\\\\u12g4"  | invalid character 'g' in \\u hexadecimal character escape
          """)
  void problemIsNamedAsGoNamesIt(String text, String problem) {
    assertThat(problem(text)).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~                              | <empty>
          {"kind":1}                      | {"kind":1}
          kind: Pod                       | 6b696e643a20506f64
          {"a":"0123456789012345678901"}  | {"a":"0123456789012345678901"}
          {"a":"01234567890123456789012"} | {"a":"01234567890123456789012" ...
          """)
  void beginningOfABodyIsShown(String body, String shown) {
    assertThat(GoJson.summary(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(shown);
  }
}
