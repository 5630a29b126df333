package io.usher.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing secret is in any message, log line or metric of doors, whatever comes and goes wrong. */
@Timeout(240)
class SecretsIT {

  /** In every secret below, and in nothing else. */
  private static final String CANARY = "c4naryOfAlice";

  private static final String KNOWN = "known-" + CANARY;
  private static final String UNKNOWN = "unknown-" + CANARY;

  /** Of the issuer, with the canary in a claim and as its signature. */
  private static final String JWT =
      base64("{\"alg\":\"ES256\",\"kid\":\"one\"}")
          + '.'
          + base64("{\"iss\":\"https://localhost:1\",\"aud\":\"kube\",\"sub\":\"" + CANARY + "\"}")
          + '.'
          + base64(CANARY);

  /** To a server that is not there, as somebody with a token. */
  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: none
      clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
      users: [{name: none, user: {token: kubeconfig-%s}}]
      contexts: [{name: none, context: {cluster: none, user: none}}]
      """
          .formatted(CANARY);

  private static final String DOORS =
      """
      doors:
      - name: access.example.com
        authentication:
        - tokenFile: tokens.csv
        - issuers: authentication.yaml
        - tokenReview: {kubeconfig: other.kubeconfig}
        authorization:
        - subjectAccessReview: {kubeconfig: other.kubeconfig}
      """;

  private static final String ISSUERS =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AuthenticationConfiguration
      jwt:
      - issuer: {url: "https://localhost:1", audiences: [kube]}
        claimMappings: {username: {claim: sub, prefix: "oidc:"}}
      """;

  @TempDir private Path directory;

  private static String base64(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static String review(String token) {
    return "{\"kind\":\"TokenReview\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{\"token\":\""
        + token
        + "\"}}";
  }

  /** Bodies with a secret, of which most are refused. */
  private static List<String> bodies() {
    String known = review(KNOWN);
    var bodies =
        new ArrayList<>(
            List.of(
                known,
                review(UNKNOWN),
                review(JWT),
                review(JWT.substring(0, JWT.length() - 9)),
                review("a b " + CANARY),
                review(CANARY + "\\u0000"),
                review(CANARY + "\n"),
                review(CANARY + "\\x"),
                review(CANARY + "\u00ff"),
                known.replace("\"token\":", "\"token\":{\"a\":").replace("}}", "}}}"),
                known.replace("\"token\"", "\"" + CANARY + "\""),
                known.replace("TokenReview", CANARY),
                known.replace("k8s.io/v1", "k8s.io/" + CANARY),
                known.replace("\"spec\"", "\"spec\":{\"token\":\"" + CANARY + "\"},\"spec\""),
                known.replace("}}", ",\"audiences\":\"" + CANARY + "\"}}"),
                known.replace("}}", ",\"audiences\":[\"" + CANARY + "\"]}}"),
                known.replace("}}", ",\"token\":\"" + CANARY + "\"}}"),
                known + CANARY,
                '"' + CANARY + '"',
                CANARY));
    for (int end = 1; end < known.length(); end += 7) {
      bodies.add(known.substring(0, end));
    }
    return bodies;
  }

  @Test
  void secretIsInNoAnswerNoLogAndNoMetric() throws Exception {
    Path tokens =
        Files.writeString(directory.resolve("tokens.csv"), KNOWN + ",alice,1,\"staff\"\n");
    Files.writeString(directory.resolve("authentication.yaml"), ISSUERS);
    Files.writeString(directory.resolve("other.kubeconfig"), KUBECONFIG);
    Path doors = Files.writeString(directory.resolve("doors.yaml"), DOORS);

    try (var served =
        ServedProcess.readyWithoutRules(
            directory,
            "--doors",
            doors.toString(),
            "--log-level=debug",
            "--authenticate=/authenticate/access.example.com=anyone",
            "--authenticate=/authorize/access.example.com=anyone")) {
      HttpClient client = served.client();
      for (String body : bodies()) {
        assertThat(post(client, served.port(), body)).as(body).doesNotContain(CANARY);
      }
      // The token of a file counts, or nothing above was asked.
      assertThat(post(client, served.port(), review(KNOWN))).contains("\"username\":\"alice\"");

      Files.writeString(tokens, KNOWN + ",\"alice\n");
      while (!served.err().contains("tokens.csv")) {
        served.process().waitFor(20, TimeUnit.MILLISECONDS);
      }
      assertThat(served.plain("/metrics").body()).contains("usher_access").doesNotContain(CANARY);
      assertThat(served.out() + served.err()).contains("tokens.csv").doesNotContain(CANARY);
      assertThat(served.err()).doesNotContain(base64(CANARY));
    }
  }

  @Test
  void secretIsInNoMessageOfAStartThatFails() throws Exception {
    Path doors = directory.resolve("doors.yaml");
    for (var bad :
        List.of(
            List.of("tokens.csv", CANARY + ",\"alice", "tokenFile: tokens.csv"),
            List.of("tokens.csv", CANARY + "\n", "tokenFile: tokens.csv"),
            List.of(
                "x", KUBECONFIG.replace("users: [", "users: [["), "tokenReview: {kubeconfig: x}"),
            List.of("x", KUBECONFIG.replace("{token:", "{token"), "tokenReview: {kubeconfig: x}"),
            List.of("x", KUBECONFIG.replace("https:", "ftp:"), "tokenReview: {kubeconfig: x}"),
            List.of(
                "x",
                KUBECONFIG.replace("token:", "client-key-data:"),
                "tokenReview: {kubeconfig: x}"))) {
      Files.writeString(directory.resolve(bad.get(0)), bad.get(1));
      Files.writeString(
          doors, "doors: [{name: access.example.com, authentication: [{" + bad.get(2) + "}]}]\n");
      var out = new StringWriter();
      int code =
          Usher.commandLine("serve")
              .setOut(new PrintWriter(out, true))
              .setErr(new PrintWriter(out, true))
              .execute("serve", "--doors=" + doors, "--dev-certs=" + directory.resolve("tls"));
      assertThat(code).as(bad.toString()).isNotZero();
      assertThat(out.toString()).isNotEmpty().doesNotContain(CANARY);
    }
  }

  private static String post(HttpClient client, int port, String body) throws Exception {
    var uri =
        URI.create("https://localhost:" + port + "/authenticate/access.example.com?timeout=5s");
    var request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.getBytes(ISO_8859_1)))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
