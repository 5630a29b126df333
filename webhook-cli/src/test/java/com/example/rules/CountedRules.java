package com.example.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a line to the file that {@code usher.test.made} names for each instance. */
@Webhook(name = "counted.example.com")
public final class CountedRules {

  CountedRules() throws IOException {
    Files.writeString(
        Path.of(System.getProperty("usher.test.made")),
        "made\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  @Mutating(operations = Operation.CREATE, resource = "pods")
  void leave(ObjectNode pod) {
    pod.remove("status");
  }
}
