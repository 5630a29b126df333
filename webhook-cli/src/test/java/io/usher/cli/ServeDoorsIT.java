package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code usher serve --doors} without rules: the ready-made ones are all. */
@Timeout(240)
class ServeDoorsIT {

  private static final String TOKEN = "s3cret-of-alice";

  private static final String TOKEN_REVIEW =
      """
      {"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1",
       "spec": {"token": "%s", "audiences": %s}}
      """;

  private static final String ACCESS_REVIEW =
      """
      {"kind": "SubjectAccessReview", "apiVersion": "authorization.k8s.io/v1",
       "spec": {"user": "alice", "resourceAttributes": {"verb": "%s", "resource": "pods"}}}
      """;

  @TempDir private Path directory;

  @Test
  void readyMadeRulesAreAll() throws Exception {
    Files.writeString(directory.resolve("tokens.csv"), TOKEN + ",alice,1,\"staff\"\n");
    Files.writeString(
        directory.resolve("policy.jsonl"),
        """
        {"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy",
         "spec": {"user": "alice", "readonly": true, "resource": "pods"}}
        """
                .replace("\n", "")
            + "\n");
    Path doors =
        Files.writeString(
            directory.resolve("doors.yaml"),
            """
            doors:
            - name: access.example.com
              authentication:
              - {tokenFile: tokens.csv, audiences: [kubernetes]}
              authorization:
              - abacFile: policy.jsonl
            """);

    try (var served =
        ServedProcess.readyWithoutRules(
            directory,
            "--doors",
            doors.toString(),
            "--authenticate=/authenticate/access.example.com=anyone",
            "--authenticate=/authorize/access.example.com=anyone")) {
      String authenticate = "/authenticate/access.example.com";
      assertThat(served.answer(authenticate, TOKEN_REVIEW.formatted(TOKEN, "[]")).path("status"))
          .hasToString(
              "{\"authenticated\":true,\"user\":{\"username\":\"alice\",\"uid\":\"1\","
                  + "\"groups\":[\"staff\"]}}");
      assertThat(
              served
                  .answer(authenticate, TOKEN_REVIEW.formatted(TOKEN, "[\"kubernetes\", \"x\"]"))
                  .at("/status/audiences"))
          .hasToString("[\"kubernetes\"]");
      assertThat(
              served
                  .answer(authenticate, TOKEN_REVIEW.formatted(TOKEN, "[\"vault\"]"))
                  .path("status"))
          .hasToString(
              "{\"authenticated\":false,\"error\":"
                  + "\"the token is for none of the audiences that are asked for\"}");
      assertThat(
              served
                  .answer("/authorize/access.example.com", ACCESS_REVIEW.formatted("list"))
                  .at("/status/allowed")
                  .asBoolean())
          .isTrue();
      assertThat(
              served
                  .answer("/authorize/access.example.com", ACCESS_REVIEW.formatted("delete"))
                  .at("/status/allowed")
                  .asBoolean())
          .isFalse();
      assertThat(served.out() + served.err()).doesNotContain(TOKEN);
    }
  }
}
