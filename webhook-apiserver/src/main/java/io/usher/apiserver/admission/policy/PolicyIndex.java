package io.usher.apiserver.admission.policy;

import io.usher.apiserver.admission.policy.PolicySource.Bound;
import io.usher.apiserver.api.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bound policies by the resources that their rules name, as they are asked for. Thread-safe. */
final class PolicyIndex<P> {

  private final List<Bound<P>> all;
  private final Map<List<GroupResource>, List<Bound<P>>> byResource = new ConcurrentHashMap<>();

  PolicyIndex(List<Bound<P>> all) {
    this.all = List.copyOf(all);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * Those that may be about a write, in their order.
   *
   * @param resources of the write: its own, and others with the same objects
   */
  List<Bound<P>> of(List<GroupResource> resources) {
    return byResource.computeIfAbsent(resources, this::find);
  }

  private List<Bound<P>> find(List<GroupResource> resources) {
    return all.stream().filter(each -> each.policy().constraints().mayBeAbout(resources)).toList();
  }
}
