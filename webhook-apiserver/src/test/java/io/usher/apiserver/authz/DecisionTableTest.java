package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * 61 requests by 12 identities. The expected decisions are kube-apiserver's, which
 * AuthorizationModesIT of webhook-e2e asks again.
 */
class DecisionTableTest {

  private static final Path FILES = Path.of("src/test/resources/io/usher/apiserver/authz");

  @Test
  void abacDecidesAsKubeApiserverDoes() throws IOException {
    assertThat(decisions(new AbacFile(FILES.resolve("abac-policy.jsonl"))))
        .isEqualTo(lines("decisions-abac.txt"));
  }

  @Test
  void rbacDecidesAsKubeApiserverDoes() throws IOException {
    var rbac = new RbacAuthorizer();
    BootstrapPolicy.objects().forEach(rbac::put);
    var yaml = new YAMLMapper();
    try (var objects =
        yaml.readerFor(JsonNode.class)
            .<JsonNode>readValues(FILES.resolve("rbac-objects.yaml").toFile())) {
      objects.forEachRemaining(rbac::put);
    }
    assertThat(decisions(rbac)).isEqualTo(lines("decisions-rbac.txt"));
  }

  private static List<String> decisions(Authorizer authorizer) throws IOException {
    var decisions = new ArrayList<String>();
    for (String request : lines("requests.txt")) {
      var line = new StringBuilder();
      for (String identity : lines("identities.txt")) {
        line.append(authorizer.authorize(user(identity), info(request)).allowed() ? '+' : '-');
      }
      decisions.add(line + " " + request);
    }
    return decisions;
  }

  private static UserInfo user(String line) {
    String[] parts = line.split("\\|");
    return UserInfo.of(parts[0].strip(), parts[1].strip().split(","));
  }

  private static RequestInfo info(String line) {
    String[] parts = line.split("\\|", -1);
    for (int i = 0; i < parts.length; i++) {
      parts[i] = parts[i].strip();
    }
    return parts.length == 2
        ? Infos.path(parts[0], parts[1])
        : new RequestInfo(
            true, "", parts[0], parts[1], "v1", parts[4], parts[2], parts[3], parts[5], List.of());
  }

  private static List<String> lines(String file) throws IOException {
    return Files.readAllLines(FILES.resolve(file)).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }
}
