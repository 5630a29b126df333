package com.example.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Webhook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the tests of {@code usher review} load: a Pod's name says how the rule fails. */
@Webhook(name = "failing.example.com", timeoutSeconds = 5)
public final class FailingRules {

  private static final Logger LOG = LoggerFactory.getLogger(FailingRules.class);

  @Mutating(operations = Operation.CREATE, resource = "pods")
  void label(ObjectNode pod, RuleContext context) throws InterruptedException {
    String name = context.request().name();
    LOG.info("looks at {}", name);
    if (name.equals("throw")) {
      throw new IllegalStateException("no such team");
    }
    if (name.equals("hang")) {
      Thread.sleep(60_000);
    }
  }
}
