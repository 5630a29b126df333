package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.manifest.lint.LintRule.ObjectFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What can be wrong in the files by which kube-apiserver asks others who somebody is and whether he
 * may: {@code AuthorizationConfiguration}, {@code AuthenticationConfiguration}, kubeconfigs.
 */
final class ApiServerFileChecks {

  private static final Duration LONG_DENIAL = Duration.ofMinutes(1);
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|m|s|us|µs|ns)");
  private static final Set<String> OWN_AUTHORIZERS = Set.of("RBAC", "ABAC", "AlwaysAllow");
  private static final List<String> SECRETS = List.of("client-key-data", "token", "password");

  private ApiServerFileChecks() {}

  static List<ObjectFault> denyWithoutCondition(List<LintedObject> objects) {
    return faults(
        objects,
        (webhook, name) -> {
          if (!webhook.path("failurePolicy").asText().equals("Deny")) {
            return "";
          }
          String conditions = webhook.path("matchConditions").toString();
          boolean ofNodes = conditions.contains("system:nodes");
          boolean ofItself =
              conditions.contains("request.user") || conditions.contains("system:serviceaccount");
          return ofNodes && ofItself
              ? ""
              : name
                  + " has failurePolicy Deny and no match condition that leaves out "
                  + (ofNodes ? "its own identity" : "nodes");
        });
  }

  static List<ObjectFault> longDenial(List<LintedObject> objects) {
    return faults(
        objects,
        (webhook, name) -> {
          String life = webhook.path("unauthorizedTTL").asText();
          return duration(life).compareTo(LONG_DENIAL) > 0
              ? name + " has unauthorizedTTL " + life
              : "";
        });
  }

  static List<ObjectFault> nothingElse(List<LintedObject> objects) {
    return configurations(objects)
        .filter(each -> authorizers(each).anyMatch(ApiServerFileChecks::isWebhook))
        .filter(each -> authorizers(each).noneMatch(ApiServerFileChecks::decidesItself))
        .map(each -> new ObjectFault(each, "no authorizer of kube-apiserver's own is there"))
        .toList();
  }

  static List<ObjectFault> webhookFirst(List<LintedObject> objects) {
    var faults = new ArrayList<ObjectFault>();
    configurations(objects)
        .forEach(
            each -> {
              String first = "";
              for (JsonNode authorizer : each.object().path("authorizers")) {
                String type = authorizer.path("type").asText();
                if (isWebhook(authorizer)) {
                  first = first.isEmpty() ? name(authorizer) : first;
                } else if (!first.isEmpty() && (type.equals("RBAC") || type.equals("Node"))) {
                  faults.add(new ObjectFault(each, first + " is in front of " + type));
                }
              }
            });
    return faults;
  }

  static List<ObjectFault> systemNames(List<LintedObject> objects) {
    var faults = new ArrayList<ObjectFault>();
    of(objects, "AuthenticationConfiguration")
        .forEach(
            each -> {
              for (JsonNode jwt : each.object().path("jwt")) {
                JsonNode mappings = jwt.path("claimMappings");
                boolean open = isOpen(mappings.path("username")) || isOpen(mappings.path("groups"));
                if (open && !jwt.path("userValidationRules").toString().contains("system:")) {
                  faults.add(
                      new ObjectFault(
                          each,
                          "issuer "
                              + jwt.at("/issuer/url").asText()
                              + " may name users or groups of system:"));
                }
              }
            });
    return faults;
  }

  static List<ObjectFault> readableSecret(List<LintedObject> objects) {
    return of(objects, "Config")
        .filter(each -> each.object().path("users").isArray() && isReadByAll(each.source()))
        .flatMap(
            each ->
                elements(each.object().path("users"))
                    .flatMap(
                        user ->
                            SECRETS.stream()
                                .filter(user.path("user")::has)
                                .map(
                                    secret ->
                                        new ObjectFault(
                                            each,
                                            "everybody on the machine may read "
                                                + secret
                                                + " of user "
                                                + user.path("name").asText()))))
        .toList();
  }

  /** Without prefix, a claim's value is the name; an expression may make any name. */
  private static boolean isOpen(JsonNode mapping) {
    return mapping.isObject() && mapping.path("prefix").asText().isEmpty();
  }

  private interface WebhookCheck {
    /** What is wrong, or empty. */
    String apply(JsonNode webhook, String name);
  }

  private static List<ObjectFault> faults(List<LintedObject> objects, WebhookCheck check) {
    return configurations(objects)
        .flatMap(
            each ->
                authorizers(each)
                    .filter(ApiServerFileChecks::isWebhook)
                    .map(authorizer -> check.apply(authorizer.path("webhook"), name(authorizer)))
                    .filter(why -> !why.isEmpty())
                    .map(why -> new ObjectFault(each, why)))
        .toList();
  }

  private static Stream<LintedObject> configurations(List<LintedObject> objects) {
    return of(objects, "AuthorizationConfiguration");
  }

  private static Stream<LintedObject> of(List<LintedObject> objects, String kind) {
    return objects.stream().filter(each -> each.object().path("kind").asText().equals(kind));
  }

  private static Stream<JsonNode> authorizers(LintedObject configuration) {
    return elements(configuration.object().path("authorizers"));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static boolean isWebhook(JsonNode authorizer) {
    return authorizer.path("type").asText().equals("Webhook");
  }

  private static boolean decidesItself(JsonNode authorizer) {
    return OWN_AUTHORIZERS.contains(authorizer.path("type").asText());
  }

  private static String name(JsonNode authorizer) {
    return "webhook " + authorizer.path("name").asText();
  }

  /** Go's durations, {@code 1h30m}; zero for what is none. */
  private static Duration duration(String text) {
    double seconds = 0;
    Matcher part = DURATION.matcher(text);
    while (part.find()) {
      double count = Double.parseDouble(part.group(1));
      seconds +=
          switch (part.group(2)) {
            case "h" -> count * 3600;
            case "m" -> count * 60;
            case "s" -> count;
            default -> 0;
          };
    }
    return Duration.ofSeconds((long) Math.min(seconds, Integer.MAX_VALUE));
  }

  private static boolean isReadByAll(String source) {
    try {
      Path file = Path.of(source);
      return Files.isRegularFile(file)
          && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
      // No file of this machine: nobody knows who reads it.
      return false;
    }
  }
}
