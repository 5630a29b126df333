package io.usher.apiserver.builtin;

import java.util.List;

/** Security contexts of Pods and containers. */
final class SecurityChecks {

  private static final long MAX_ID = Integer.MAX_VALUE;
  private static final List<String> SECCOMP = List.of("Localhost", "RuntimeDefault", "Unconfined");

  private SecurityChecks() {}

  static void ofPod(Field context, Errors errors) {
    for (String member : List.of("fsGroup", "runAsUser", "runAsGroup")) {
      id(context.at(member), errors);
    }
    context.elements("supplementalGroups").forEach(group -> id(group, errors));
    if (context.has("fsGroupChangePolicy")) {
      errors.notIn(context.at("fsGroupChangePolicy"), List.of("Always", "OnRootMismatch"));
    }
    seccomp(context.at("seccompProfile"), errors);
  }

  static void ofContainer(Field context, Errors errors) {
    id(context.at("runAsUser"), errors);
    id(context.at("runAsGroup"), errors);
    if (context.has("procMount")) {
      errors.notIn(context.at("procMount"), List.of("Default", "Unmasked"));
    }
    seccomp(context.at("seccompProfile"), errors);
    if (context.has("allowPrivilegeEscalation")
        && !context.isTrue("allowPrivilegeEscalation")
        && context.isTrue("privileged")) {
      errors.invalid(
          context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
    }
  }

  private static void id(Field id, Errors errors) {
    if (id.isSet() && (id.number() < 0 || id.number() > MAX_ID)) {
      errors.invalid(id, "must be between 0 and " + MAX_ID + ", inclusive");
    }
  }

  private static void seccomp(Field profile, Errors errors) {
    if (!profile.isSet()) {
      return;
    }
    errors.requireIn(profile.at("type"), SECCOMP);
    Field file = profile.at("localhostProfile");
    if (profile.text("type").equals("Localhost")) {
      if (file.isSet()) {
        VolumeChecks.relative(file, errors);
      } else {
        errors.required(file, "must be set when seccomp type is Localhost");
      }
    } else if (file.isSet()) {
      errors.invalid(file, "can only be set when seccomp type is Localhost");
    }
  }
}
