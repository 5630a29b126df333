package io.usher.e2e.rules;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A custom resource as its owner's Java model knows it: less than what is in the cluster. */
@Group("e2e.usher.io")
@Version("v1")
public final class Widget extends CustomResource<Widget.Spec, Void> implements Namespaced {

  private static final long serialVersionUID = 1;

  /** What the model knows of a widget's spec. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public static final class Spec {

    public @Nullable Long size;
    public @Nullable PodTemplateSpec template;
    public Map<String, String> settings = new LinkedHashMap<>();
  }
}
