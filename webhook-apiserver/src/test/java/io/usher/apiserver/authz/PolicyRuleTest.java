package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.RequestInfo;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyRuleTest {

  private static PolicyRule rule(String yaml) throws IOException {
    return PolicyRule.of(new YAMLMapper().readTree(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {apiGroups: [''], resources: [pods], verbs: [get]}                       | get pods web          | true
          {apiGroups: [''], resources: [pods], verbs: ['*']}                       | delete pods web       | true
          {apiGroups: [''], resources: [pods], verbs: [get]}                       | list pods -           | false
          {apiGroups: [''], resources: [pods], verbs: [get]}                       | get pods/log web      | false
          {apiGroups: [''], resources: [pods/log], verbs: [get]}                   | get pods/log web      | true
          {apiGroups: [''], resources: [pods/log], verbs: [get]}                   | get pods web          | false
          {apiGroups: [''], resources: ['*'], verbs: [get]}                        | get pods/log web      | true
          {apiGroups: [apps], resources: ['*/scale'], verbs: [get]}                | get deployments.apps/scale web | true
          {apiGroups: [apps], resources: ['*/scale'], verbs: [get]}                | get deployments.apps/status web | false
          {apiGroups: [apps], resources: ['*/scale'], verbs: [get]}                | get deployments.apps web | false
          {apiGroups: [apps], resources: ['deployments/*'], verbs: [get]}          | get deployments.apps/scale web | false
          {apiGroups: [''], resources: ['po*'], verbs: [get]}                      | get pods web          | false
          {apiGroups: ['*'], resources: [pods], verbs: [get]}                      | get pods.x web        | true
          {apiGroups: [apps], resources: [pods], verbs: [get]}                     | get pods web          | false
          {resources: [pods], verbs: [get]}                                        | get pods web          | false
          {apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [web]} | get pods web          | true
          {apiGroups: [''], resources: [pods], verbs: [get], resourceNames: [a]}   | get pods web          | false
          {apiGroups: [''], resources: [pods], verbs: [list], resourceNames: [web]} | list pods -          | false
          {apiGroups: [''], resources: [pods], verbs: [list], resourceNames: [web]} | list pods web        | true
          {apiGroups: [''], resources: [pods], verbs: [create], resourceNames: [web]} | create pods -      | false
          {nonResourceURLs: [/a], verbs: [get]}                                    | get /a -              | true
          {nonResourceURLs: [/a], verbs: [get]}                                    | get /a/b -            | false
          {nonResourceURLs: [/a/*], verbs: [get]}                                  | get /a/b/c -          | true
          {nonResourceURLs: [/a/*], verbs: [get]}                                  | get /a -              | false
          {nonResourceURLs: ['*'], verbs: [post]}                                  | post /a -             | true
          {nonResourceURLs: ['*'], verbs: [post]}                                  | get /a -              | false
          {nonResourceURLs: ['*'], verbs: ['*']}                                   | get pods web          | false
          {apiGroups: ['*'], resources: ['*'], verbs: ['*']}                       | get /a -              | false
          """)
  void allows(String rule, String request, boolean allowed) throws IOException {
    String[] parts = request.strip().split(" ");
    RequestInfo info =
        parts[1].startsWith("/")
            ? Infos.path(parts[0], parts[1])
            : Infos.of(parts[0], parts[1], "default", parts[2].equals("-") ? "" : parts[2]);
    assertThat(rule(rule).allows(info)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {apiGroups: [''], resources: [pods], verbs: ['*']}         | {apiGroups: [''], resources: [pods], verbs: [get]}       | true
          {apiGroups: [''], resources: [pods], verbs: [get]}         | {apiGroups: [''], resources: [pods], verbs: ['*']}       | false
          {apiGroups: ['*'], resources: ['*'], verbs: [get]}         | {apiGroups: [x], resources: [a/b], verbs: [get]}         | true
          {apiGroups: [''], resources: ['*/log'], verbs: [get]}      | {apiGroups: [''], resources: [pods/log], verbs: [get]}   | true
          {apiGroups: [''], resources: [pods/log], verbs: [get]}     | {apiGroups: [''], resources: ['*/log'], verbs: [get]}    | false
          {apiGroups: [''], resources: [pods], verbs: [get]}         | {apiGroups: [''], resources: [pods/log], verbs: [get]}   | false
          {apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get]} | {apiGroups: [''], resources: [pods], verbs: [get]} | false
          {apiGroups: [''], resources: [pods], verbs: [get]}         | {apiGroups: [''], resources: [pods], resourceNames: [a], verbs: [get]} | true
          {apiGroups: [''], resources: [pods], resourceNames: [a, b], verbs: [get]} | {apiGroups: [''], resources: [pods], resourceNames: [b], verbs: [get]} | true
          {nonResourceURLs: [/a/*], verbs: [get]}                    | {nonResourceURLs: [/a/b/*], verbs: [get]}                | true
          {nonResourceURLs: [/a/b], verbs: [get]}                    | {nonResourceURLs: [/a/*], verbs: [get]}                  | false
          """)
  void covers(String rule, String single, boolean covered) throws IOException {
    assertThat(rule(rule).covers(rule(single))).isEqualTo(covered);
  }
}
