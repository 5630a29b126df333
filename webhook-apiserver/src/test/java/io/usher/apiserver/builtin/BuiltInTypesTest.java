package io.usher.apiserver.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.SubresourceHandler;
import io.usher.apiserver.api.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BuiltInTypesTest {

  private static final SubresourceHandler HANDLER = call -> JsonNodeFactory.instance.objectNode();

  private static final Map<String, ResourceType> TYPES =
      BuiltInTypes.builders(
              Clock.systemUTC(),
              (resource, subresource) -> HANDLER,
              (resource, name) -> call -> ApiResponse.of(200, "text/plain", new byte[0]))
          .stream()
          .map(ResourceType.Builder::build)
          .collect(Collectors.toMap(ResourceType::toString, Function.identity()));

  @Test
  void deploymentIsAsDiscoverySays() {
    ResourceType deployments = TYPES.get("deployments.apps");
    assertThat(deployments.kind()).isEqualTo("Deployment");
    assertThat(deployments.singular()).isEqualTo("deployment");
    assertThat(deployments.scope()).isEqualTo(Scope.NAMESPACED);
    assertThat(deployments.shortNames()).isEqualTo(List.of("deploy"));
    assertThat(deployments.categories()).isEqualTo(List.of("all"));
    assertThat(deployments.subresources())
        .extracting(Subresource::name)
        .containsExactly("scale", "status");
  }

  @Test
  void subresourceOfAnotherGroupsKindNamesIt() {
    assertThat(TYPES.get("pods").subresource("eviction").kind()).hasToString("policy/v1 Eviction");
    assertThat(TYPES.get("serviceaccounts").subresource("token").kind())
        .hasToString("authentication.k8s.io/v1 TokenRequest");
  }

  @Test
  void subresourcesHaveTheVerbsOfDiscovery() {
    for (ResourceTable.Row row : ResourceTable.resources()) {
      String[] parts = row.name().split("/");
      if (parts.length == 2) {
        ResourceType type = TYPES.get(new GroupResource(row.group(), parts[0]).toString());
        assertThat(type.subresource(parts[1]).verbs()).as(row.name()).isEqualTo(row.verbs());
      }
    }
  }

  @Test
  void docsNameTheKindsThatAreNotChecked() throws IOException {
    Set<String> checked = Kinds.all(Clock.systemUTC()).keySet();
    String kinds =
        ResourceTable.resources().stream()
            .filter(row -> !row.isSubresource() && row.verbs().contains(Verb.UPDATE))
            .filter(row -> !checked.contains(new GroupResource(row.group(), row.name()).toString()))
            .map(row -> row.kind().kind())
            // PolicyChecks has them
            .filter(kind -> !kind.contains("AdmissionPolicy"))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    String docs = Files.readString(Path.of("../docs/apiserver.md")).replaceAll("\\s+", " ");
    assertThat(docs).contains("only metadata and the types of fields are checked: " + kinds + ".");
  }

  @Test
  void newerVersionIsPreferred() {
    assertThat(TYPES.get("horizontalpodautoscalers.autoscaling").versions())
        .extracting(ServedVersion::name)
        .containsExactly("v2", "v1");
  }

  @Test
  void everyKindHasItsSchema() {
    for (ResourceType type : TYPES.values()) {
      for (ServedVersion version : type.versions()) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("kind", type.kind()).put("unknown", 1);
        assertThat(version.schema().prune(object)).as("%s", type).containsExactly("unknown");
        version.schema().setDefaults(object);
        assertThat(version.schema().mergeSchema()).as("%s", type).isNotNull();
      }
    }
  }
}
