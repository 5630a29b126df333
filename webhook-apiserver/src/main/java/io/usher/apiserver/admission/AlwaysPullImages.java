package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.GoText;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Images are always pulled, so that nobody uses a private image that another's credentials brought
 * to the node.
 */
final class AlwaysPullImages implements AdmissionPlugin {

  private static final String ALWAYS = "Always";

  @Override
  public String name() {
    return "AlwaysPullImages";
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    ObjectNode pod = attributes.object();
    if (pod == null || bringsNoImage(attributes, pod)) {
      return;
    }
    Pods.containers(pod).forEach(each -> each.json().put("imagePullPolicy", ALWAYS));
    for (JsonNode volume : Pods.list(pod, "volumes")) {
      if (volume.path("image") instanceof ObjectNode image) {
        image.put("pullPolicy", ALWAYS);
      }
    }
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode pod = attributes.object();
    if (pod == null || bringsNoImage(attributes, pod)) {
      return;
    }
    for (Pods.Container each : Pods.containers(pod)) {
      check(attributes, each.path() + ".imagePullPolicy", each.json().path("imagePullPolicy"));
    }
    int index = 0;
    for (JsonNode volume : Pods.list(pod, "volumes")) {
      if (volume.has("image")) {
        String path = "spec.volumes[" + index + "].image.pullPolicy";
        check(attributes, path, volume.path("image").path("pullPolicy"));
      }
      index++;
    }
  }

  private static void check(AdmissionAttributes attributes, String path, JsonNode policy) {
    if (!policy.asText().equals(ALWAYS)) {
      throw Refusal.of(
          attributes,
          path
              + ": Unsupported value: "
              + GoText.quote(policy.asText())
              + ": supported values: \"Always\"");
    }
  }

  /** Another resource, or a change that leaves the images as they are. */
  private static boolean bringsNoImage(AdmissionAttributes attributes, ObjectNode pod) {
    boolean writes =
        attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
    if (!writes || !Pods.isPod(attributes) || !attributes.info().subresource().isEmpty()) {
      return true;
    }
    return attributes.operation() == Operation.UPDATE
        && images(attributes.oldObject()).containsAll(images(pod));
  }

  private static Set<String> images(@Nullable ObjectNode pod) {
    var images = new HashSet<String>();
    if (pod != null) {
      Pods.containers(pod).forEach(each -> images.add(each.json().path("image").asText()));
    }
    return images;
  }
}
