package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The plugins of a server, in their order. */
final class Admission {

  private static final String TOO_LATE =
      "request did not complete within requested timeout - context deadline exceeded";

  private final List<AdmissionPlugin> plugins;

  Admission(List<AdmissionPlugin> plugins) {
    this.plugins = List.copyOf(plugins);
  }

  /** Lets every plugin change a write; the object is then {@link AdmissionAttributes#object()}. */
  AdmissionAttributes admit(
      Call call,
      Operation operation,
      String name,
      @Nullable ObjectNode object,
      @Nullable ObjectNode old,
      ObjectNode options,
      boolean dryRun) {
    var attributes =
        new AdmissionAttributes(
                call.resource(),
                call.info(),
                call.user(),
                operation,
                name,
                object,
                old,
                options,
                dryRun)
            .nanosLeft(call.nanosLeft());
    told(call, attributes, plugin -> plugin.admit(attributes));
    return attributes;
  }

  /** Lets every plugin decide about a write. */
  void validate(Call call, AdmissionAttributes attributes) {
    told(call, attributes, plugin -> plugin.validate(attributes));
  }

  /**
   * What plugins say beside their decision is told of a refused write, too.
   *
   * @throws ApiException 504 when the request's time is over, whatever the plugins decided: some
   *     may have let it pass because they had no time
   */
  private void told(Call call, AdmissionAttributes attributes, Consumer<AdmissionPlugin> step) {
    ApiException refusal = null;
    try {
      plugins.forEach(step);
    } catch (ApiException e) {
      refusal = e;
    } finally {
      call.audit().putAll(attributes.auditAnnotations());
    }
    if (attributes.nanosLeft() <= 0) {
      refusal = new ApiException(Status.timeout(TOO_LATE, 0));
    }
    if (refusal != null) {
      throw refusal.withWarnings(attributes.warnings());
    }
  }
}
