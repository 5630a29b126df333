package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import java.util.List;
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
    plugins.forEach(plugin -> plugin.admit(attributes));
    return attributes;
  }

  /** Lets every plugin decide about a write. */
  void validate(Call call, AdmissionAttributes attributes) {
    plugins.forEach(plugin -> plugin.validate(attributes));
    call.audit().putAll(attributes.auditAnnotations());
  }
}
