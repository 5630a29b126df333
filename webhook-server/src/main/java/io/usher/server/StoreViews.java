package io.usher.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.cluster.Lister;
import io.usher.cluster.Read;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.LiveQuestion;
import io.usher.view.ObjectPruner;
import io.usher.view.Snapshot;
import io.usher.view.ViewSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What rules read of an API server in the same process: its objects, listed when they ask. */
final class StoreViews implements ClusterViews {

  private final ObjectStore store;

  StoreViews(ObjectStore store) {
    this.store = store;
  }

  @Override
  public Lister<?> now(Read read) {
    ViewSpec spec = ViewSpec.of(List.of(read)).get(0);
    var pruner = new ObjectPruner(spec.fields());
    return Snapshot.of(spec, list(read.resource()).stream().map(pruner::prune).toList())
        .lister(read, Duration.ZERO);
  }

  @Override
  public byte @Nullable [] answer(LiveQuestion question, Deadline deadline) {
    return question.answer(list(question.read().resource()));
  }

  /** A type that is not served has no objects. */
  private List<ObjectNode> list(GroupVersionResource resource) {
    try {
      return store.list(new GroupResource(resource.group(), resource.resource()), "");
    } catch (ApiException e) {
      return List.of();
    }
  }
}
