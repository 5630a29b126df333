package io.usher.e2e;

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

/** Three versions of {@code Tab}: a typed spoke, one on trees, and the hub. */
@Webhook(name = "tabs.e2e.usher.io")
public final class ConvertedTabs {

  static final Class<?>[] CLASSES = {
    ConvertedTabs.class, Alpha.class, AlphaSpec.class, Hub.class, HubSpec.class, Schedule.class
  };

  @Group("e2e.usher.io")
  @Version("v1alpha1")
  @Kind("Tab")
  public static final class Alpha extends CustomResource<AlphaSpec, Void> {
    private static final long serialVersionUID = 1L;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static final class AlphaSpec {
    public @Nullable String cron;
  }

  @Group("e2e.usher.io")
  @Version("v1")
  @Kind("Tab")
  public static final class Hub extends CustomResource<HubSpec, Void> {
    private static final long serialVersionUID = 1L;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static final class HubSpec {
    public @Nullable Schedule schedule;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public static final class Schedule {
    public @Nullable String minute;
    public @Nullable String rest;
  }

  @Converting
  Hub fromAlpha(Alpha old) {
    String[] cron = String.valueOf(old.getSpec().cron).split(" ", 2);
    if (cron.length < 2) {
      throw new ConversionException("spec.cron", "has no space");
    }
    var hub = new Hub();
    hub.setMetadata(old.getMetadata());
    hub.setSpec(new HubSpec());
    hub.getSpec().schedule = new Schedule();
    hub.getSpec().schedule.minute = cron[0];
    hub.getSpec().schedule.rest = cron[1];
    return hub;
  }

  @Converting
  Alpha toAlpha(Hub hub) {
    var old = new Alpha();
    old.setMetadata(hub.getMetadata());
    old.setSpec(new AlphaSpec());
    Schedule schedule = hub.getSpec().schedule;
    old.getSpec().cron = schedule == null ? null : schedule.minute + " " + schedule.rest;
    return old;
  }

  @Converting(kind = "Tab.e2e.usher.io", from = "v1beta1", to = "v1")
  void fromBeta(ObjectNode tab) {
    ObjectNode spec = tab.withObject("/spec");
    spec.set("schedule", spec.remove("plan"));
  }

  @Converting(kind = "Tab.e2e.usher.io", from = "v1", to = "v1beta1")
  void toBeta(ObjectNode tab) {
    ObjectNode spec = tab.withObject("/spec");
    spec.set("plan", spec.remove("schedule"));
  }
}
