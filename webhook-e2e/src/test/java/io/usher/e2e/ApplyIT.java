package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.authn.TokenFile;
import io.usher.server.HttpsApiServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three managers apply, update and patch objects of several kinds, as {@link ApplySteps} says and
 * at random. After each step both servers answer the same: code, message, causes, the object, and
 * who manages which field. {@code -Dusher.apply.sequences} and {@code -Dusher.apply.seed} play more
 * and others.
 */
class ApplyIT {

  @TempDir private static Path work;
  private static PlainApiServer real;
  private static HttpsApiServer own;
  private static KubernetesApi ownApi;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    real =
        new PlainApiServer(
            Path.of(System.getProperty("usher.e2e.assets")),
            work,
            "--authorization-mode=RBAC",
            "--disable-admission-plugins=ServiceAccount,Priority,DefaultTolerationSeconds,"
                + "StorageObjectInUseProtection,TaintNodesByCondition,DefaultStorageClass");
    var tokens = new TokenFile(real.tokens());
    own =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config -> config.authenticator(tokens),
            problem -> {
              throw new AssertionError(problem);
            });
    byte[] authority =
        Base64.getDecoder()
            .decode(
                Documents.yaml(own.kubeconfig())
                    .at("/clusters/0/cluster/certificate-authority-data")
                    .textValue());
    Path file = Files.write(work.resolve("own-ca.crt"), authority);
    ownApi =
        new KubernetesApi(
            URI.create(own.url()), PlainApiServer.ADMIN, CertificateFiles.trusting(file));
  }

  @AfterAll
  static void stop() {
    own.close();
    real.close();
  }

  private static List<String> play(List<ApplySteps.Step> steps) {
    var expected = CompletableFuture.supplyAsync(() -> answers(real.api(), steps));
    List<String> actual = answers(ownApi, steps);
    var different = new ArrayList<String>();
    for (int i = 0; i < steps.size(); i++) {
      if (!expected.join().get(i).equals(actual.get(i))) {
        different.add(
            steps.subList(0, i + 1)
                + "\nkube-apiserver: "
                + expected.join().get(i)
                + "\nusher:          "
                + actual.get(i));
        break; // what follows follows from this
      }
    }
    return different;
  }

  private static List<String> answers(KubernetesApi api, List<ApplySteps.Step> steps) {
    return steps.stream().map(step -> shown(step.send(api))).toList();
  }

  /** Code and body without what is a server's own, and without an order that is none. */
  private static String shown(Answer answer) {
    ObjectNode body = answer.body().deepCopy();
    if (body.get("metadata") instanceof ObjectNode metadata) {
      metadata.remove(List.of("uid", "resourceVersion", "creationTimestamp"));
      if (metadata.get("managedFields") instanceof ArrayNode managers) {
        managers.forEach(ApplyIT::maskTime);
        sort(managers);
      }
    }
    if (body.at("/details/causes") instanceof ArrayNode causes) {
      sort(causes);
    }
    return answer.status() + " " + Documents.sorted(body);
  }

  private static void maskTime(JsonNode entry) {
    if (entry.has("time")) {
      ((ObjectNode) entry).put("time", "TIME");
    }
  }

  private static void sort(ArrayNode list) {
    var elements = new ArrayList<JsonNode>();
    list.forEach(elements::add);
    elements.sort(Comparator.comparing(Documents::sorted));
    list.removeAll().addAll(elements);
  }

  @Test
  void sequencesOfThreeManagersEndAsOnTheRealServer() {
    var different = new ArrayList<String>();
    List<List<ApplySteps.Step>> sequences = ApplySteps.written();
    assertThat(sequences).hasSizeGreaterThanOrEqualTo(20);
    sequences.forEach(sequence -> different.addAll(play(sequence)));
    assertThat(different).isEmpty();
  }

  @Test
  void randomSequencesOfThreeManagersEndAsOnTheRealServer() {
    long seed = Long.getLong("usher.apply.seed", 20260728);
    int sequences = Integer.getInteger("usher.apply.sequences", 100);
    var different = new ArrayList<String>();
    for (int i = 0; i < sequences && different.size() < 5; i++) {
      different.addAll(play(ApplySteps.random(seed + i)));
    }
    assertThat(different).as("seed %d", seed).isEmpty();
  }
}
