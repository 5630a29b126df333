package io.usher.apiserver.admission.policy;

import io.usher.apiserver.admission.policy.PolicySource.Bound;
import io.usher.apiserver.api.GroupResource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Bound policies by the resources that their rules name, as they are asked for. Thread-safe. */
final class PolicyIndex<P> {

  private final List<Bound<P>> all;
  private final Map<GroupResource, List<Bound<P>>> byResource = new ConcurrentHashMap<>();

  PolicyIndex(List<Bound<P>> all) {
    this.all = List.copyOf(all);
  }

  /** Those that may be about a write of this resource, in their order. */
  List<Bound<P>> of(GroupResource resource) {
    return all.isEmpty() ? all : byResource.computeIfAbsent(resource, this::find);
  }

  private List<Bound<P>> find(GroupResource resource) {
    return all.stream().filter(each -> each.policy().constraints().mayBeAbout(resource)).toList();
  }
}
