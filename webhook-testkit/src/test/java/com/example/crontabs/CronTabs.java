package com.example.crontabs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.ConversionException;
import io.usher.rule.Converting;
import io.usher.rule.Webhook;

/** The sample of docs/conversion.md. */
@Webhook(name = "crontabs.example.com")
public class CronTabs {

  static final String ZONE = "crontabs.example.com/time-zone";

  @Converting
  CronTabV1 fromAlpha(CronTabV1alpha1 old) {
    String[] cron = old.getSpec().cron.split(" ", 2);
    if (cron.length < 2) {
      throw new ConversionException("spec.cron", "is not five fields with a space between them");
    }
    var crontab = new CronTabV1();
    crontab.setMetadata(old.getMetadata());
    crontab.setSpec(new CronTabV1.Spec());
    crontab.getSpec().schedule = new CronTabV1.Schedule();
    crontab.getSpec().schedule.minute = cron[0];
    crontab.getSpec().schedule.rest = cron[1];
    // v1alpha1 has no time zone: it comes back from where the other conversion has put it.
    crontab.getSpec().timeZone = crontab.getMetadata().getAnnotations().remove(ZONE);
    crontab.getSpec().replicas = old.getSpec().replicas;
    return crontab;
  }

  @Converting
  CronTabV1alpha1 toAlpha(CronTabV1 crontab) {
    var old = new CronTabV1alpha1();
    old.setMetadata(crontab.getMetadata());
    old.setSpec(new CronTabV1alpha1.Spec());
    CronTabV1.Schedule schedule = crontab.getSpec().schedule;
    old.getSpec().cron = schedule.minute + " " + schedule.rest;
    old.getSpec().replicas = crontab.getSpec().replicas;
    if (crontab.getSpec().timeZone != null) {
      old.getMetadata().getAnnotations().put(ZONE, crontab.getSpec().timeZone);
    }
    return old;
  }

  @Converting(kind = "CronTab.stable.example.com", from = "v1beta1", to = "v1")
  void fromBeta(ObjectNode crontab) {
    ObjectNode spec = crontab.withObject("/spec");
    if (spec.has("size")) {
      spec.set("replicas", spec.remove("size"));
    }
  }

  @Converting(
      kind = "CronTab.stable.example.com",
      from = "v1",
      to = "v1beta1",
      loses = "spec.timeZone")
  void toBeta(ObjectNode crontab) {
    ObjectNode spec = crontab.withObject("/spec");
    spec.remove("timeZone");
    if (spec.has("replicas")) {
      spec.set("size", spec.remove("replicas"));
    }
  }
}
