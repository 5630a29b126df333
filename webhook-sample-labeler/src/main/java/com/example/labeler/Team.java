package com.example.labeler;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A team, whose namespaces are named {@code TEAM-STAGE}: {@code payments-prod}.
 *
 * @param name the team's name, {@code payments}
 */
record Team(String name) {

  private static final Pattern NAMESPACE = Pattern.compile("(.+)-(?:dev|test|prod)");

  /** Whose namespace this is, or empty when it is nobody's. */
  static Optional<Team> ofNamespace(String namespace) {
    var matcher = NAMESPACE.matcher(namespace);
    return matcher.matches() ? Optional.of(new Team(matcher.group(1))) : Optional.empty();
  }
}
