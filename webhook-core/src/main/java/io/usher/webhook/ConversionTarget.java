package io.usher.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.declaration.ConversionTerms;
import java.util.List;

/**
 * What a conversion of a {@link WebhookBuilder} is for; its methods are the attributes of
 * {@code @Converting}. Used by one thread, for one conversion.
 *
 * @param <F> the type of the object that is taken
 * @param <T> the type of the object that is given
 */
public final class ConversionTarget<F, T> {

  private final Class<F> from;
  private final Class<T> to;
  private final String kind;
  private final String fromVersion;
  private final String toVersion;
  private List<String> loses = List.of();

  private ConversionTarget(
      Class<F> from, Class<T> to, String kind, String fromVersion, String toVersion) {
    this.from = from;
    this.to = to;
    this.kind = kind;
    this.fromVersion = fromVersion;
    this.toVersion = toVersion;
  }

  /** From one of these types to the other, which tell kind and versions. */
  public static <F, T> ConversionTarget<F, T> between(Class<F> from, Class<T> to) {
    return new ConversionTarget<>(from, to, "", "", "");
  }

  /**
   * On trees, from one of these versions to the other.
   *
   * @param kind with its group: {@code CronTab.stable.example.com}
   */
  public static ConversionTarget<ObjectNode, ObjectNode> ofTrees(
      String kind, String from, String to) {
    return new ConversionTarget<>(ObjectNode.class, ObjectNode.class, kind, from, to);
  }

  /** Fields that the other version has no place for, and that don't come back. */
  public ConversionTarget<F, T> loses(String... fields) {
    loses = List.of(fields);
    return this;
  }

  Class<F> from() {
    return from;
  }

  Class<T> to() {
    return to;
  }

  ConversionTerms terms() {
    return new ConversionTerms(kind, fromVersion, toVersion, loses);
  }
}
