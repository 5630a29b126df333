package io.usher.webhook.declaration;

import io.usher.rule.Converting;
import java.util.List;

/**
 * What a conversion is for, as it is written.
 *
 * @param kind with its group, empty where the types tell it
 * @param from the version that it takes, empty where the type tells it
 * @param to the version that it gives, empty where the type tells it
 * @param loses field paths
 */
public record ConversionTerms(String kind, String from, String to, List<String> loses) {

  public ConversionTerms {
    loses = List.copyOf(loses);
  }

  static ConversionTerms of(Converting converting) {
    return new ConversionTerms(
        converting.kind(), converting.from(), converting.to(), List.of(converting.loses()));
  }
}
