package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.ValueType;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import io.usher.webhook.declaration.ClassDeclaration;
import java.util.ArrayList;
import java.util.List;

/**
 * The path that an operator chose for a webhook, written {@code labeler.example.com=/mutate-pods}.
 *
 * @param webhook its qualified name
 * @param path that the API server calls
 */
public record WebhookPath(String webhook, String path) {

  static final ValueType<WebhookPath> TYPE =
      new ValueType<>(
          WebhookPath::parse,
          chosen ->
              ClassDeclaration.pathProblem(chosen.path())
                  .ifPresent(
                      problem -> {
                        throw new IllegalArgumentException(problem);
                      }));

  private static WebhookPath parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(text + " is not WEBHOOK=PATH");
    }
    return new WebhookPath(text.substring(0, equals), text.substring(equals + 1));
  }

  /**
   * The webhooks with the paths that {@link ServerSettings#MUTATING_PATH} and {@link
   * ServerSettings#VALIDATING_PATH} choose for them.
   *
   * @throws ConfigurationException when a path is chosen for a webhook that is none of these
   * @throws io.usher.webhook.InvalidWebhookException when two of them have one path then
   */
  public static List<WebhookRegistration> applyAll(
      Configuration configuration, List<WebhookRegistration> webhooks) {
    var mutating =
        apply(configuration.list(ServerSettings.MUTATING_PATH), Phase.MUTATING, webhooks);
    var both =
        apply(configuration.list(ServerSettings.VALIDATING_PATH), Phase.VALIDATING, mutating);
    WebhookRegistration.checkPaths(both);
    return List.copyOf(both);
  }

  private static List<WebhookRegistration> apply(
      List<WebhookPath> chosen, Phase phase, List<WebhookRegistration> webhooks) {
    var changed = new ArrayList<>(webhooks);
    for (var each : chosen) {
      int at = index(each, webhooks);
      changed.set(at, changed.get(at).withPath(phase, each.path()));
    }
    return changed;
  }

  private static int index(WebhookPath chosen, List<WebhookRegistration> webhooks) {
    for (int i = 0; i < webhooks.size(); i++) {
      if (webhooks.get(i).name().equals(chosen.webhook())) {
        return i;
      }
    }
    throw new ConfigurationException(
        "a path is chosen for webhook %s, which is not served; served are %s"
            .formatted(
                chosen.webhook(), webhooks.stream().map(WebhookRegistration::name).toList()));
  }
}
