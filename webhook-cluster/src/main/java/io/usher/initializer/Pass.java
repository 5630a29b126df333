package io.usher.initializer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.listwatch.ObjectVisitor;
import io.usher.view.StoredObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Goes over the objects of one resource. Changes are planned while a page is read and made when it
 * is: of a page nothing else is kept.
 */
final class Pass implements ObjectVisitor {

  private final GroupVersionResource resource;
  private final MutatorChain chain;
  private final @Nullable PatchApplier applier;
  private final @Nullable Position from;
  private final PassListener listener;
  private final List<ObjectPatch> todo = new ArrayList<>();
  private @Nullable Position last;

  /**
   * A pass that has not begun.
   *
   * @param applier null to plan only
   * @param from where an earlier pass over this resource ended, or null
   */
  Pass(
      GroupVersionResource resource,
      MutatorChain chain,
      @Nullable PatchApplier applier,
      @Nullable Position from,
      PassListener listener) {
    this.resource = resource;
    this.chain = chain;
    this.applier = applier;
    this.from = from;
    this.listener = listener;
  }

  /** The listener wants no more. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void visit(StoredObject object) {
    if (from != null && from.includes(object.namespace(), object.name())) {
      return;
    }
    last = new Position(resource, object.namespace(), object.name());
    ObjectNode tree = object.tree();
    Plan plan = chain.plan(resource, tree);
    listener.planned(plan);
    if (applier == null) {
      return;
    }
    Result without = applier.without(plan);
    if (without == null) {
      todo.add(((Plan.Change) plan).patch());
    } else {
      done(without);
    }
  }

  @Override
  public void settle() throws InterruptedException {
    if (applier != null) {
      for (ObjectPatch each : todo) {
        ObjectKey key = each.object();
        applier.apply(each).forEach(this::done);
        listener.reached(new Position(resource, key.namespace(), key.name()));
      }
    }
    todo.clear();
    if (last != null) {
      listener.reached(last);
    }
  }

  private void done(Result result) {
    if (!listener.done(result)) {
      throw new StoppedException();
    }
  }
}
