package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.webhook.WebhookRegistration;
import java.util.List;

/**
 * An object to look at; of other kinds than the webhook configurations nothing is found.
 *
 * @param source the file, or what else it is from
 * @param line where it begins in the file, from 1
 * @param webhooks that it registers, where they are known: some checks look closer then
 */
public record LintedObject(
    String source, int line, ObjectNode object, List<WebhookRegistration> webhooks) {

  public LintedObject {
    webhooks = List.copyOf(webhooks);
  }

  /** An object of which no more is known. */
  public LintedObject(String source, int line, ObjectNode object) {
    this(source, line, object, List.of());
  }
}
