package io.usher.server;

import io.usher.webhook.WebhookRegistration;
import java.util.List;

/**
 * Ready-made rules of doors, which join those of rule classes: tokens of a file or of an issuer,
 * roles and their bindings.
 */
@FunctionalInterface
public interface DoorParts {

  /** None. */
  DoorParts NONE = webhooks -> webhooks;

  /**
   * The webhooks with what joins them: by {@link WebhookRegistration#joinedBy}, or a webhook of its
   * own. Called each time that webhooks are loaded.
   *
   * @throws RuntimeException when something can't be served; the message names what is wrong
   */
  List<WebhookRegistration> join(List<WebhookRegistration> webhooks);
}
