package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.usher.e2e.Credentials.Shown;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may call which path, with what the API server shows by its AdmissionConfiguration. */
@ExtendWith(ClusterExtension.class)
final class CredentialsIT {

  private static final Map<String, String> WEBHOOKS =
      Map.of(
          "certificate", "deny-unwanted.e2e.usher.io",
          "token", "deny-everything.e2e.usher.io",
          "password", "denials.e2e.usher.io");

  // what the server answers with 401, 401 and 403; the API server passes on the text alone
  private static final String MISSING = "the call shows no credential";
  private static final String WRONG = "the credential is not known";
  private static final String FORBIDDEN =
      "no name of the client certificate may call: [another-client]";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher launcher;
  private final Credentials credentials;

  CredentialsIT(
      TestNamespace namespace,
      KubernetesApi api,
      UsherProcess.Launcher launcher,
      Credentials credentials) {
    this.namespace = namespace;
    this.api = api;
    this.launcher = launcher;
    this.credentials = credentials;
  }

  @Test
  void eachPathAsksForItsOwnCredential() {
    String[] rules =
        WEBHOOKS.entrySet().stream()
            .map(entry -> "/validate/" + entry.getValue() + "=" + entry.getKey())
            .toArray(String[]::new);
    try (var usher = credentials.start(launcher, rules)) {
      // what is asked for; then what each Service's credential comes to
      expect(
          usher,
          "certificate",
          Map.of(
              Shown.NOTHING, MISSING,
              Shown.CERTIFICATE, "passes",
              Shown.CERTIFICATE_OF_ANOTHER_NAME, FORBIDDEN,
              Shown.UNTRUSTED_CERTIFICATE, "alert",
              Shown.TOKEN, WRONG,
              Shown.PASSWORD, WRONG));
      expect(
          usher,
          "token",
          Map.of(
              Shown.NOTHING, MISSING,
              Shown.CERTIFICATE, MISSING,
              Shown.TOKEN, "passes",
              Shown.WRONG_TOKEN, WRONG,
              Shown.PASSWORD, WRONG));
      expect(
          usher,
          "password",
          Map.of(
              Shown.NOTHING, MISSING,
              Shown.CERTIFICATE, MISSING,
              Shown.TOKEN, WRONG,
              Shown.PASSWORD, "passes",
              Shown.WRONG_PASSWORD, WRONG));
    }
  }

  private void expect(UsherProcess usher, String asked, Map<Shown, String> outcomes) {
    outcomes.forEach(
        (shown, outcome) ->
            assertThat(outcome(usher, WEBHOOKS.get(asked), shown))
                .as("%s where a %s is asked for", shown, asked)
                .isEqualTo(outcome));
  }

  private String outcome(UsherProcess usher, String webhook, Shown shown) {
    namespace.register(
        namespace
            .validating(usher)
            .webhook(
                webhook,
                "CREATE /v1/configmaps",
                entry -> entry.withObject("/clientConfig/service").put("name", shown.service())));
    // each of the webhooks denies this one
    Answer answer =
        api.create(
            namespace.path("v1", "configmaps") + "?dryRun=All",
            configMap("message", "key", "unwanted"));
    String message = answer.at("/message").asText();
    namespace.unregister();
    if (message.contains("denied the request")) {
      return "passes";
    }
    assertThat(answer.refused(500)).contains("failed calling webhook \"" + webhook + "\"");
    return message.contains("tls: ")
        ? "alert"
        : message.replaceFirst(".*: failed to call webhook: ", "");
  }
}
