package com.example.labeler;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.rule.FailurePolicy;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;

/** Warns of images that may be others tomorrow: what runs can't be told from the manifest. */
@Webhook(name = "labeler.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
public final class ImageTags {

  /** Ephemeral containers never come with a Pod itself, only by their subresource. */
  @Validating(
      operations = {CREATE, UPDATE},
      subresources = "ephemeralcontainers")
  void warnOfLatestInPod(Pod pod, RuleContext context) {
    warn(pod.getSpec(), "spec", context);
  }

  /** A Deployment's author never sees the warnings that its Pods get. */
  @Validating(operations = {CREATE, UPDATE})
  void warnOfLatestInDeployment(Deployment deployment, RuleContext context) {
    warn(deployment.getSpec().getTemplate().getSpec(), "spec.template.spec", context);
  }

  private static void warn(PodSpec spec, String path, RuleContext context) {
    spec.getInitContainers()
        .forEach(c -> warn(c.getImage(), path + ".initContainers", c.getName(), context));
    spec.getContainers()
        .forEach(c -> warn(c.getImage(), path + ".containers", c.getName(), context));
    spec.getEphemeralContainers()
        .forEach(c -> warn(c.getImage(), path + ".ephemeralContainers", c.getName(), context));
  }

  private static void warn(String image, String list, String container, RuleContext context) {
    if (isLatest(image)) {
      context.warn(
          "%s[%s].image: \"%s\" is whatever is latest when it is pulled; pin a tag or a digest"
              .formatted(list, container, image));
    }
  }

  /** Whether an image is named by the tag {@code latest}, be it that it names none. */
  static boolean isLatest(String image) {
    if (image.contains("@")) {
      return false;
    }
    // A colon before the last slash is the registry's port.
    String tagged = image.substring(image.lastIndexOf('/') + 1);
    return !tagged.contains(":") || tagged.endsWith(":latest");
  }
}
