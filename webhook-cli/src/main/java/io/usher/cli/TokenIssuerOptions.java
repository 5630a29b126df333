package io.usher.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.authn.jwt.AuthenticationConfiguration;
import io.usher.apiserver.authn.jwt.JwtAuthenticator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whose JWTs count: kube-apiserver's options, of one issuer or of a file. */
final class TokenIssuerOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--authentication-config",
      paramLabel = "FILE",
      description =
          "an AuthenticationConfiguration: issuers whose JWTs callers may show, and who may come"
              + " without a credential")
  private @Nullable Path file;

  @Option(
      names = "--oidc-issuer-url",
      paramLabel = "URL",
      description = "one issuer whose JWTs callers may show; not with --authentication-config")
  private @Nullable String issuer;

  @Option(
      names = "--oidc-client-id",
      paramLabel = "ID",
      description = "for whom the issuer's tokens are: their claim aud")
  private @Nullable String audience;

  @Option(
      names = "--oidc-username-claim",
      paramLabel = "CLAIM",
      defaultValue = "sub",
      description = "the claim that is the user's name (default: ${DEFAULT-VALUE})")
  private String usernameClaim;

  @Option(
      names = "--oidc-username-prefix",
      paramLabel = "PREFIX",
      description =
          "put before the name; - for nothing (default: the issuer's URL and #; nothing for the claim"
              + " email)")
  private @Nullable String usernamePrefix;

  @Option(
      names = "--oidc-groups-claim",
      paramLabel = "CLAIM",
      description = "the claim that has the groups (default: none)")
  private @Nullable String groupsClaim;

  @Option(
      names = "--oidc-groups-prefix",
      paramLabel = "PREFIX",
      defaultValue = "",
      description = "put before each group (default: nothing)")
  private String groupsPrefix;

  @Option(
      names = "--oidc-required-claim",
      paramLabel = "CLAIM=VALUE",
      description = "a claim that must have this value")
  private Map<String, String> required = new LinkedHashMap<>();

  @Option(
      names = "--oidc-signing-algs",
      split = ",",
      paramLabel = "ALGORITHM",
      defaultValue = "RS256",
      description = "by what the issuer's tokens may be signed (default: ${DEFAULT-VALUE})")
  private List<String> algorithms;

  @Option(
      names = "--oidc-ca-file",
      paramLabel = "FILE",
      description = "CAs of the issuer's server, PEM (default: the JDK's)")
  private @Nullable Path authority;

  /** Knows the tokens; null when no issuer is configured. */
  @Nullable JwtAuthenticator authenticator() throws IOException {
    if (file != null && issuer != null) {
      throw usage("--authentication-config and --oidc-issuer-url are both there: give one of them");
    }
    if ((issuer == null) != (audience == null)) {
      throw usage("--oidc-issuer-url URL and --oidc-client-id ID go together: give both or none");
    }
    if (file != null) {
      return JwtAuthenticator.ofFile(file);
    }
    if (issuer == null || audience == null) {
      return null;
    }
    try {
      return JwtAuthenticator.of(
          AuthenticationConfiguration.of(configuration(issuer, audience))
              .signedBy(Set.copyOf(algorithms)));
    } catch (IllegalArgumentException e) {
      throw usage("--oidc-*: " + e.getMessage());
    }
  }

  private ObjectNode configuration(String url, String client) throws IOException {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("apiVersion", "apiserver.config.k8s.io/v1").put("kind", "AuthenticationConfiguration");
    ObjectNode jwt = root.putArray("jwt").addObject();
    ObjectNode of = jwt.putObject("issuer").put("url", url);
    of.putArray("audiences").add(client);
    if (authority != null) {
      of.put("certificateAuthority", Files.readString(authority));
    }
    ObjectNode mappings = jwt.putObject("claimMappings");
    mappings.putObject("username").put("claim", usernameClaim).put("prefix", usernamePrefix(url));
    if (groupsClaim != null) {
      mappings.putObject("groups").put("claim", groupsClaim).put("prefix", groupsPrefix);
    }
    var rules = jwt.putArray("claimValidationRules");
    required.forEach(
        (claim, value) -> rules.addObject().put("claim", claim).put("requiredValue", value));
    return root;
  }

  private String usernamePrefix(String url) {
    if (usernamePrefix == null) {
      return usernameClaim.equals("email") ? "" : url + '#';
    }
    return usernamePrefix.equals("-") ? "" : usernamePrefix;
  }

  private ParameterException usage(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
