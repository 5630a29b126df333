package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ObjectStore.ObjectEvent.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of one kind with their bindings, in the order of their names. A policy without a
 * binding is without effect.
 *
 * @param <P> the compiled expressions of a policy
 */
final class PolicySource<P> implements AutoCloseable {

  static final String GROUP = "admissionregistration.k8s.io";

  private static final Logger LOG = LoggerFactory.getLogger(PolicySource.class);

  private final TreeMap<String, Policy<P>> policies = new TreeMap<>();
  private final TreeMap<String, PolicyBinding> bindings = new TreeMap<>();
  private final String kind;
  private final Function<JsonNode, P> compiler;
  private final boolean compilesAhead;
  private final List<AutoCloseable> watches = new ArrayList<>();
  private volatile PolicyIndex<P> index = new PolicyIndex<>(List.of());

  /** A policy and the bindings that name it. */
  record Bound<P>(Policy<P> policy, List<PolicyBinding> bindings) {}

  private PolicySource(String kind, Function<JsonNode, P> compiler, boolean compilesAhead) {
    this.kind = kind;
    this.compiler = compiler;
    this.compilesAhead = compilesAhead;
  }

  /**
   * Follows a store. Policies are compiled in the background as they come.
   *
   * @param kind {@code ValidatingAdmissionPolicy} or {@code MutatingAdmissionPolicy}
   * @param compiler makes the expressions of a policy's spec
   */
  static <P> PolicySource<P> following(
      ObjectStore store, String kind, Function<JsonNode, P> compiler) {
    var source = new PolicySource<P>(kind, compiler, true);
    String name = kind.toLowerCase(Locale.ROOT);
    source.watches.add(
        store.watch(
            new GroupResource(GROUP, name.substring(0, name.length() - 1) + "ies"),
            source::takePolicy));
    source.watches.add(
        store.watch(new GroupResource(GROUP, name + "bindings"), source::takeBinding));
    return source;
  }

  /** Always those of this kind among these, whatever a store has. */
  static <P> PolicySource<P> fixed(
      List<ObjectNode> objects, String kind, Function<JsonNode, P> compiler) {
    var source = new PolicySource<P>(kind, compiler, false);
    for (ObjectNode each : objects) {
      String own = each.path("kind").asText();
      if (own.equals(kind)) {
        source.takePolicy(new ObjectEvent(Type.ADDED, each));
      } else if (own.equals(kind + "Binding")) {
        source.takeBinding(new ObjectEvent(Type.ADDED, each));
      }
    }
    return source;
  }

  /** Whether no policy has a binding. */
  boolean isEmpty() {
    return index.isEmpty();
  }

  /**
   * The policies that may be about a write.
   *
   * @param resources of the write: its own, and others with the same objects
   */
  List<Bound<P>> about(List<GroupResource> resources) {
    return index.of(resources);
  }

  private synchronized void takePolicy(ObjectEvent event) {
    ObjectNode object = event.object();
    String name = object.path("metadata").path("name").asText();
    Policy<P> before = policies.remove(name);
    if (event.type() != Type.DELETED) {
      if (before != null && before.isOf(object)) {
        policies.put(name, before);
        return;
      }
      try {
        Policy<P> policy = Policy.of(object, compiler);
        policies.put(name, policy);
        if (compilesAhead) {
          BackgroundCompilation.run(() -> compile(policy));
        }
      } catch (IllegalArgumentException e) {
        withoutEffect("", object, e);
      }
    }
    join();
  }

  /** Compiles a policy, unless it is gone or another meanwhile. */
  private void compile(Policy<P> policy) {
    boolean current;
    synchronized (this) {
      current = policies.get(policy.name()) == policy;
    }
    if (current) {
      policy.compiled();
    }
  }

  private synchronized void takeBinding(ObjectEvent event) {
    ObjectNode object = event.object();
    String name = object.path("metadata").path("name").asText();
    bindings.remove(name);
    if (event.type() != Type.DELETED) {
      try {
        bindings.put(name, PolicyBinding.of(object));
      } catch (IllegalArgumentException e) {
        withoutEffect("Binding", object, e);
      }
    }
    join();
  }

  /** A selector has an operator that is unknown: what a newer server has checked may have one. */
  private void withoutEffect(String what, ObjectNode object, IllegalArgumentException e) {
    LOG.error(
        "{}{} {} is without effect: {}",
        kind,
        what,
        object.path("metadata").path("name").asText(),
        e.getMessage());
  }

  private void join() {
    Map<String, List<PolicyBinding>> byPolicy =
        bindings.values().stream().collect(Collectors.groupingBy(PolicyBinding::policy));
    var joined = new ArrayList<Bound<P>>();
    for (Policy<P> policy : policies.values()) {
      List<PolicyBinding> own = byPolicy.get(policy.name());
      if (own != null) {
        joined.add(new Bound<>(policy, own));
      }
    }
    index = new PolicyIndex<>(joined);
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable watch : watches) {
      watch.close();
    }
    synchronized (this) {
      policies.clear();
    }
  }
}
