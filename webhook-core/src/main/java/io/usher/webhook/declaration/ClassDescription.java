package io.usher.webhook.declaration;

import io.usher.rule.Webhook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class that is annotated with {@code @Webhook}, or has rules or handlers.
 *
 * @param name the binary name, {@code com.example.Outer$Labeling}
 * @param webhook the annotation, or null
 * @param isAbstract whether it is an interface or an abstract class
 * @param isInner whether an instance needs one of another class
 * @param constructible whether it has a constructor that is not private and takes nothing but at
 *     most one record, {@code Lister}s and {@code ClusterReader}s
 * @param singleton whether it keeps its one instance in a field, as a Kotlin {@code object} does
 * @param reads what it reads of the cluster
 * @param liveReads what it asks the API server itself
 * @param constructorParameters of all constructors that may be called
 * @param methods those that are annotated as rules or handlers
 * @param inherited the rules and handlers of its supertypes that have no {@code @Webhook}, {@code
 *     Base.label}: nobody calls these
 */
public record ClassDescription(
    String name,
    @Nullable Webhook webhook,
    boolean isAbstract,
    boolean isInner,
    boolean constructible,
    boolean singleton,
    List<ReadDescription> reads,
    List<LiveReadDescription> liveReads,
    List<ParameterDescription> constructorParameters,
    List<MethodDescription> methods,
    List<String> inherited) {

  public ClassDescription {
    reads = List.copyOf(reads);
    liveReads = List.copyOf(liveReads);
    constructorParameters = List.copyOf(constructorParameters);
    methods = List.copyOf(methods);
    inherited = List.copyOf(inherited);
  }

  /** The name without its package, {@code Outer.Labeling}. */
  public String simpleName() {
    return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
  }
}
