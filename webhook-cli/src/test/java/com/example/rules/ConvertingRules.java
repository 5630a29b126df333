package com.example.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.Converting;
import io.usher.rule.Webhook;

/** A custom resource in two versions: what v1alpha1 calls cron, v1 calls minute. */
@Webhook(name = "tabs.example.com")
public final class ConvertingRules {

  @Converting(kind = "Tab.zoo.example.com", from = "v1alpha1", to = "v1")
  void up(ObjectNode tab) {
    ObjectNode spec = tab.withObject("/spec");
    spec.set("minute", spec.remove("cron"));
  }

  @Converting(kind = "Tab.zoo.example.com", from = "v1", to = "v1alpha1")
  void down(ObjectNode tab) {
    ObjectNode spec = tab.withObject("/spec");
    spec.set("cron", spec.remove("minute"));
  }
}
