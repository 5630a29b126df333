package com.example.crontabs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;

/** The version that is stored. */
@Group("stable.example.com")
@Version("v1")
@Kind("CronTab")
public class CronTabV1 extends CustomResource<CronTabV1.Spec, Void> implements Namespaced {

  private static final long serialVersionUID = 1L;

  /** Its spec, but for {@code template}: what a class does not know is kept. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static class Spec {
    public Schedule schedule;
    public String timeZone;
    public Integer replicas;
  }

  /** A schedule in two parts. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static class Schedule {
    public String minute;
    public String rest;
  }
}
