package io.usher.webhook.declaration;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import io.usher.admission.Operation;
import io.usher.rule.ResourceMatch;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * With which operations an API server calls webhooks for a resource, and with which it never does.
 */
final class ServedOperations {

  private static final Set<Operation> STORED = EnumSet.of(CREATE, UPDATE, DELETE);
  private static final Set<Operation> ALL = EnumSet.allOf(Operation.class);

  private ServedOperations() {}

  /**
   * Checks that each operation comes for one of the resources at least, and each resource with one
   * of the operations.
   *
   * @param view the type of the rule's object, or null when it takes none
   */
  static void check(
      Collection<Operation> operations,
      List<ResourceMatch> resources,
      @Nullable TypeDescription view,
      Consumer<String> problems) {
    var served = EnumSet.noneOf(Operation.class);
    for (ResourceMatch resource : resources) {
      Set<Operation> own = of(resource);
      served.addAll(own);
      if (Collections.disjoint(own, operations)) {
        problems.accept(neverComes(resource, own, operations, view));
        return;
      }
    }
    for (Operation operation : operations) {
      if (!served.contains(operation)) {
        problems.accept(
            operation
                + " never comes for "
                + resources.stream().map(ResourceMatch::path).collect(Collectors.joining(", "))
                + "; leave it out"
                + (operation == CONNECT ? ", or name what is connected to: \"pods/exec\"" : ""));
      }
    }
  }

  private static String neverComes(
      ResourceMatch resource,
      Set<Operation> own,
      Collection<Operation> operations,
      @Nullable TypeDescription view) {
    if (own.isEmpty()) {
      return resource.path() + " is only read, and no webhook is called for that; leave it out";
    }
    if (own.equals(STORED)) {
      String object = view == null || view.untyped() ? "object" : view.simpleName();
      return "CONNECT brings no "
          + object
          + " of "
          + resource.path()
          + " but the options of a connection; name what is connected to and take its options, as"
          + " in resource = \"pods/exec\" and PodExecOptions";
    }
    return "%s comes with %s alone, never with %s; write operations = %s"
        .formatted(resource.path(), names(own), names(operations), names(own));
  }

  private static String names(Collection<Operation> operations) {
    return operations.stream().map(Operation::name).sorted().collect(Collectors.joining(" or "));
  }

  static Set<Operation> of(ResourceMatch resource) {
    return switch (resource.subresource()) {
      case "" -> ofWhole(resource);
      case "exec", "attach", "portforward", "proxy" -> EnumSet.of(CONNECT);
      case "binding", "eviction", "token" -> EnumSet.of(CREATE);
      case "status", "scale", "ephemeralcontainers", "resize", "approval", "finalize" ->
          EnumSet.of(UPDATE);
      case "log" -> EnumSet.noneOf(Operation.class);
      // of another API server, which may do with it what it likes; or any
      default -> ALL;
    };
  }

  private static Set<Operation> ofWhole(ResourceMatch resource) {
    boolean answered =
        (resource.group().equals("authentication.k8s.io")
                || resource.group().equals("authorization.k8s.io"))
            && resource.resource().endsWith("reviews");
    boolean bound = resource.group().isEmpty() && resource.resource().equals("bindings");
    return answered || bound ? EnumSet.of(CREATE) : STORED;
  }
}
