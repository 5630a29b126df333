package com.example.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Webhook;
import java.util.ArrayList;
import java.util.List;

/** What the tests of {@code usher serve} load as a rule jar: a Pod's name says what happens. */
@Webhook(name = "served.example.com")
public final class ServedRules {

  @Mutating(operations = Operation.CREATE, resource = "pods")
  void label(ObjectNode pod, RuleContext context) throws InterruptedException {
    String name = context.request().name();
    if (name.equals("hang")) {
      hang();
    } else if (name.equals("devour")) {
      devour();
    } else if (name.startsWith("slow")) {
      Thread.sleep(300);
    }
    pod.withObject("/metadata/labels").put("example.com/team", "red");
  }

  private static void hang() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  private static void devour() {
    List<byte[]> all = new ArrayList<>();
    while (true) {
      all.add(new byte[8 << 20]);
    }
  }
}
