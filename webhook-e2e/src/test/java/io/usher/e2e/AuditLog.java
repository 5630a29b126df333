package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The API server's audit log: it notes each call of a mutating webhook, and what it patched. */
final class AuditLog {

  private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
  private static final String PATCH = "patch.webhook.admission.k8s.io/";

  private final Path policy;
  private final Path log;

  AuditLog(Path folder) throws IOException {
    policy = Files.createDirectories(folder).resolve("policy.yaml");
    log = folder.resolve("audit.log");
    // patches are noted at level Request only
    Files.writeString(
        policy,
        """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: Request
          users: [%s]
          verbs: [create, update, patch]
          resources: [{group: ""}, {group: apps}, {group: e2e.usher.io}]
        """
            .formatted(Cluster.USER));
  }

  /** What makes kube-apiserver write it. */
  List<String> flags() {
    return List.of(
        "--audit-policy-file=" + policy, "--audit-log-path=" + log, "--audit-log-mode=blocking");
  }

  /**
   * The calls of mutating webhooks that led to this answer, in order.
   *
   * @param webhook its name
   * @param mutated whether it changed the object
   * @param patch the operations, empty where it did not
   */
  record Call(String webhook, boolean mutated, List<JsonNode> patch) {}

  /** See {@link Call}. */
  List<Call> calls(Answer answer) {
    var calls = new ArrayList<Call>();
    Map<String, String> annotations = annotations(answer);
    annotations.forEach(
        (key, value) -> {
          if (key.startsWith(MUTATION)) {
            JsonNode call = Documents.json(value);
            String patch = annotations.get(key.replace(MUTATION, PATCH));
            var operations = new ArrayList<JsonNode>();
            if (patch != null) {
              Documents.json(patch).path("patch").forEach(operations::add);
            }
            calls.add(
                new Call(
                    call.path("webhook").asText(), call.path("mutated").asBoolean(), operations));
          }
        });
    return calls;
  }

  /** How often each webhook was called, and whether a call changed something. */
  Map<String, Integer> counts(Answer answer) {
    var counts = new TreeMap<String, Integer>();
    calls(answer).forEach(call -> counts.merge(call.webhook(), 1, Integer::sum));
    return counts;
  }

  /** The annotations of the answer's event, sorted by key. */
  Map<String, String> annotations(Answer answer) {
    var annotations = new TreeMap<String, String>();
    Eventually.eventually(
        () -> {
          String event = event(answer.auditId());
          assertThat(event).as("audit event of " + answer.request()).isNotEmpty();
          Documents.json(event)
              .path("annotations")
              .properties()
              .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
        });
    return annotations;
  }

  private String event(String auditId) {
    try (var lines = Files.lines(log)) {
      return lines
          .filter(line -> line.contains("\"auditID\":\"" + auditId + "\"") && line.endsWith("}"))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
