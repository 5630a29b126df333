package io.usher.webhook.declaration;

import io.usher.rule.Webhook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class that is annotated with {@code @Webhook} or has rules.
 *
 * @param name the binary name, {@code com.example.Outer$Labeling}
 * @param webhook the annotation, or null
 * @param isAbstract whether it is an interface or an abstract class
 * @param isInner whether an instance needs one of another class
 * @param constructible whether it has a constructor without parameters that is not private
 * @param rules the methods with rule annotations
 */
public record ClassDescription(
    String name,
    @Nullable Webhook webhook,
    boolean isAbstract,
    boolean isInner,
    boolean constructible,
    List<MethodDescription> rules) {

  public ClassDescription {
    rules = List.copyOf(rules);
  }

  /** The name without its package, {@code Outer.Labeling}. */
  public String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }
}
