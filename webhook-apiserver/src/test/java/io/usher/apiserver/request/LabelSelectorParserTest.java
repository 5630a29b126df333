package io.usher.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorParserTest {

  private static final Map<String, Map<String, String>> OBJECTS =
      Map.of(
          "none", Map.of(),
          "web", Map.of("app", "web", "size", "10"),
          "db", Map.of("app", "db", "size", "2"),
          "odd", Map.of("app", "", "in", "in", "size", "many"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                      | db none odd web
          app                     | db odd web
          !app                    | none
          ! app , !size           | none
          app=web                 | web
          app==web                | web
          app=                    | odd
          app!=web                | db none odd
          app!=                   | db none web
          app in (web, db)        | db web
          app in (web,)           | odd web
          app in (,web)           | odd web
          app in ()               | odd
          app notin (web,db)      | none odd
          in in (in)              | odd
          in=in                   | odd
          size>5                  | web
          size<5                  | db
          app,size > 1,app!=web   | db
          """)
  void selectsAsKubernetes(String selector, String selected) {
    var terms = LabelSelectorParser.parse(selector);
    List<String> names =
        OBJECTS.entrySet().stream()
            .filter(each -> terms.stream().allMatch(term -> term.test(each.getValue())))
            .map(Map.Entry::getKey)
            .sorted()
            .collect(Collectors.toCollection(ArrayList::new));
    assertThat(String.join(" ", names)).isEqualTo(selected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          !app=web      | found '=', expected: ',' or 'end of string'
          !app in (web) | found 'in', expected: ',' or 'end of string'
          =web          | found '=', expected: !, identifier, or 'end of string'
          app,          | found '', expected: identifier after ','
          app web       | unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt
          !=web         | found '!=', expected: !, identifier, or 'end of string'
          !             | unable to parse requirement: found '', expected: identifier
          app=web db    | found 'db', expected: ',' or 'end of string'
          app=(web)     | unable to parse requirement: found '(', expected: identifier
          app in web    | unable to parse requirement: found 'web' expected: '('
          app in (web   | unable to parse requirement: found '', expected: ',' or ')'
          app in (a b)  | unable to parse requirement: found 'b', expected: ',' or ')'
          app in (a,!b) | unable to parse requirement: found '!', expected: ',', or identifier
          app in (=)    | unable to parse requirement: found '=', expected: ',', ')' or identifier
          size>many     | unable to parse requirement: values[0]: Invalid value: "many": for 'Gt', 'Lt' operators, the value must be an integer
          """)
  void selectorThatIsNoneIsRefusedInKubernetesWords(String selector, String problem) {
    assertThatThrownBy(() -> LabelSelectorParser.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }
}
