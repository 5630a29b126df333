package io.usher.engine.conversion;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.rule.ConversionException;
import io.usher.rule.Converting;
import io.usher.rule.Webhook;
import org.jspecify.annotations.Nullable;

/** A hub, v1, and two spokes: one by classes, one on trees. */
@Webhook(name = "crontabs.example.com")
final class CronTabs {

  static final String KIND = "CronTab.stable.example.com";

  @Group("stable.example.com")
  @Version("v1alpha1")
  @Kind("CronTab")
  static final class Alpha extends CustomResource<AlphaSpec, Void> {
    private static final long serialVersionUID = 1L;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  static final class AlphaSpec {
    public @Nullable String cron;
    public @Nullable Image image;
    public @Nullable Integer replicas;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  static final class Image {
    public @Nullable String name;
  }

  @Group("stable.example.com")
  @Version("v1")
  @Kind("CronTab")
  static final class Hub extends CustomResource<HubSpec, Void> {
    private static final long serialVersionUID = 1L;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  static final class HubSpec {
    public @Nullable Schedule schedule;
    public @Nullable Image container;
    public @Nullable Integer replicas;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  static final class Schedule {
    public @Nullable String minute;
    public @Nullable String rest;
  }

  /** Makes its object anew, and leaves metadata out. */
  @Converting
  Hub fromAlpha(Alpha old) {
    AlphaSpec spec = old.getSpec();
    var hub = new Hub();
    hub.setSpec(new HubSpec());
    if (spec.cron != null) {
      int space = spec.cron.indexOf(' ');
      if (space < 0) {
        throw new ConversionException("spec.cron", "has no five fields");
      }
      hub.getSpec().schedule = new Schedule();
      hub.getSpec().schedule.minute = spec.cron.substring(0, space);
      hub.getSpec().schedule.rest = spec.cron.substring(space + 1);
    }
    hub.getSpec().container = spec.image;
    hub.getSpec().replicas = spec.replicas;
    return hub;
  }

  @Converting
  Alpha toAlpha(Hub hub) {
    HubSpec spec = hub.getSpec();
    var old = new Alpha();
    old.setMetadata(hub.getMetadata());
    old.setSpec(new AlphaSpec());
    if (spec.schedule != null) {
      old.getSpec().cron = spec.schedule.minute + " " + spec.schedule.rest;
    }
    old.getSpec().image = spec.container;
    old.getSpec().replicas = spec.replicas;
    return old;
  }

  @Converting(kind = KIND, from = "v1beta1", to = "v1")
  void fromBeta(ObjectNode crontab) {
    ObjectNode spec = crontab.withObject("/spec");
    if (spec.has("size")) {
      spec.set("replicas", spec.remove("size"));
    }
  }

  @Converting(kind = KIND, from = "v1", to = "v1beta1", loses = "spec.container")
  ObjectNode toBeta(ObjectNode crontab) {
    ObjectNode spec = crontab.withObject("/spec");
    if (spec.has("replicas")) {
      spec.set("size", spec.remove("replicas"));
    }
    spec.remove("container");
    return crontab;
  }
}
