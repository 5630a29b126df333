package io.usher.telemetry;

import io.usher.admission.AdmissionRequest;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which kinds of one webhook's requests are labels: one for each resource that is registered by its
 * name. A request names both, and the first to come says which kind goes with the resource; so
 * there are never more kinds than resources, whatever callers send.
 */
final class KindLabels {

  static final String OTHER = "other";

  private final List<ResourceMatch> resources;
  private final AtomicReferenceArray<String> kinds;

  KindLabels(WebhookRegistration webhook) {
    var named = new LinkedHashSet<ResourceMatch>();
    for (var phase : EnumSet.allOf(Phase.class)) {
      if (webhook.has(phase)) {
        for (var rule : webhook.rules(phase)) {
          for (var resource : rule.match().resources()) {
            if (!resource.resource().equals("*") && !resource.subresource().equals("*")) {
              named.add(resource);
            }
          }
        }
      }
    }
    resources = new ArrayList<>(named);
    kinds = new AtomicReferenceArray<>(resources.size());
  }

  String of(AdmissionRequest request) {
    for (int i = 0; i < resources.size(); i++) {
      if (resources.get(i).matches(request)) {
        String kind = request.kind().kind();
        String known = kinds.get(i);
        if (known == null) {
          kinds.compareAndSet(i, null, kind);
          known = kinds.get(i);
        }
        return kind.equals(known) ? known : OTHER;
      }
    }
    return OTHER;
  }
}
