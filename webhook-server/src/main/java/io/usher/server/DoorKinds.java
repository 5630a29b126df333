package io.usher.server;

import io.usher.engine.ClusterViews;
import io.usher.engine.ReviewKind;
import io.usher.engine.ReviewLimits;
import io.usher.engine.Ticker;
import io.usher.engine.authentication.AuthenticationHandler;
import io.usher.engine.authorization.AuthorizationHandler;
import io.usher.rule.Door;
import io.usher.rulejar.GuardedRules;
import io.usher.webhook.WebhookRegistration;

/** The kinds of review that doors ask by. */
final class DoorKinds {

  private DoorKinds() {}

  /** That of one webhook's door. */
  static ReviewKind<?, ?> of(
      WebhookRegistration webhook, Door door, ReviewLimits limits, ClusterViews views) {
    var guard = new GuardedRules();
    return switch (door) {
      case AUTHENTICATION ->
          new AuthenticationHandler(webhook, limits, guard, views, Ticker.SYSTEM);
      case AUTHORIZATION -> new AuthorizationHandler(webhook, limits, guard, views, Ticker.SYSTEM);
    };
  }
}
