package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;

/** A kind that no Kubernetes has. */
@Group("example.com")
@Version("v1")
public final class Widget extends CustomResource<Map<String, String>, Void> implements Namespaced {
  private static final long serialVersionUID = 1L;
}
