package com.example.crontabs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;

/** The oldest version. */
@Group("stable.example.com")
@Version("v1alpha1")
@Kind("CronTab")
public class CronTabV1alpha1 extends CustomResource<CronTabV1alpha1.Spec, Void>
    implements Namespaced {

  private static final long serialVersionUID = 1L;

  /** Its spec, but for {@code template}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static class Spec {
    public String cron;
    public Integer replicas;
  }
}
