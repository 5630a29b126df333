package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The plugins of a server, in their order. */
final class Admission {

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
            dryRun);
    told(call, attributes, plugin -> plugin.admit(attributes));
    return attributes;
  }

  /** Lets every plugin decide about a write. */
  void validate(Call call, AdmissionAttributes attributes) {
    told(call, attributes, plugin -> plugin.validate(attributes));
  }

  /** What plugins say beside their decision is told of a refused write, too. */
  private void told(Call call, AdmissionAttributes attributes, Consumer<AdmissionPlugin> step) {
    try {
      plugins.forEach(step);
    } catch (ApiException e) {
      throw e.withWarnings(attributes.warnings());
    } finally {
      call.audit().putAll(attributes.auditAnnotations());
    }
  }
}
