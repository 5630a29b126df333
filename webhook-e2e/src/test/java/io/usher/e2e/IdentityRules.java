package io.usher.e2e;

import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.rule.Authenticating;
import io.usher.rule.Webhook;
import java.util.List;
import java.util.Map;

/** Knows tokens {@code badge.NAME}; what is before the name may say what is wrong with them. */
@Webhook(name = "identities.e2e.usher.io")
public final class IdentityRules {

  @Authenticating
  Authentication badge(AuthenticationRequest request) {
    String[] parts = request.token().split("\\.", 2);
    return switch (parts[0]) {
      case "badge" -> bearer(parts[1]);
      case "vault" -> bearer(parts[1]).forAudiences(List.of("vault"));
      case "revoked" -> Authentication.refused("the badge is revoked");
      case "broken" -> throw new IllegalStateException("can't read " + request.token());
      default -> Authentication.notMine();
    };
  }

  private static Authentication.Known bearer(String name) {
    return Authentication.user(
        new UserInfo(
            name,
            "uid-of-" + name,
            List.of("badges", "north"),
            Map.of("example.com/doors", List.of("north", "south"))));
  }
}
