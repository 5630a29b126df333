package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes on their way through admission. */
public final class Write {

  public static final UserInfo USER = UserInfo.of("alice", "system:authenticated");

  private static final Set<String> CLUSTER_KINDS = Set.of("Namespace", "Node");

  private Write() {}

  public static ObjectNode node(String yaml) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static AdmissionAttributes create(String yaml) {
    return of(Operation.CREATE, "", node(yaml), null, false);
  }

  public static AdmissionAttributes dryCreate(String yaml) {
    return of(Operation.CREATE, "", node(yaml), null, true);
  }

  public static AdmissionAttributes update(String yaml, String old) {
    return of(Operation.UPDATE, "", node(yaml), node(old), false);
  }

  public static AdmissionAttributes delete(String old) {
    return of(Operation.DELETE, "", null, node(old), false);
  }

  public static AdmissionAttributes of(
      Operation operation,
      String subresource,
      @Nullable ObjectNode object,
      @Nullable ObjectNode old,
      boolean dryRun) {
    ObjectNode either = object == null ? old : object;
    String apiVersion = either.path("apiVersion").asText("v1");
    int slash = apiVersion.indexOf('/');
    String kind = either.path("kind").asText();
    String name = either.at("/metadata/name").asText();
    var type =
        ResourceType.builder(slash < 0 ? "" : apiVersion.substring(0, slash), kind)
            .scope(CLUSTER_KINDS.contains(kind) ? Scope.CLUSTER : Scope.NAMESPACED)
            .version(ServedVersion.of(apiVersion.substring(slash + 1)))
            .build();
    String namespace = kind.equals("Namespace") ? name : either.at("/metadata/namespace").asText();
    var info =
        new RequestInfo(
            true,
            "",
            operation.name().toLowerCase(Locale.ROOT),
            type.group(),
            type.versions().get(0).name(),
            namespace,
            type.plural(),
            subresource,
            operation == Operation.CREATE ? "" : name,
            List.of(type.plural()));
    return new AdmissionAttributes(
        new ApiResource(type, type.versions().get(0)),
        info,
        USER,
        operation,
        name,
        object,
        old,
        JsonNodeFactory.instance.objectNode(),
        dryRun);
  }
}
