package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.admission.StatusCause;
import io.usher.cli.local.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What {@code kubectl} would print of an admission (its cmd/util/helpers.go). */
final class KubectlText {

  private final Colours colours;

  KubectlText(Colours colours) {
    this.colours = colours;
  }

  /** The warnings, and then what was done or why it was not. */
  List<String> lines(Admission admission) {
    var lines = new ArrayList<String>();
    admission.warnings().forEach(warning -> lines.add(colours.yellow("Warning:") + " " + warning));
    admission
        .refusal()
        .ifPresentOrElse(
            status -> lines.addAll(error(admission, status)), () -> lines.add(done(admission)));
    return lines;
  }

  private static String done(Admission admission) {
    AdmissionRequest request = admission.request();
    String group = request.kind().group();
    String kind = request.kind().kind().toLowerCase(Locale.ROOT);
    String type = group.isEmpty() ? kind : kind + "." + group;
    String name = created(admission);
    String dryRun = request.dryRun() ? " (server dry run)" : "";
    return switch (request.operation()) {
      case CREATE -> type + "/" + name + " created" + dryRun;
      case UPDATE ->
          type
              + "/"
              + name
              + (Objects.equals(admission.object(), request.oldObject())
                  ? " unchanged"
                  : " configured")
              + dryRun;
      case DELETE -> type + " \"" + name + "\" deleted" + dryRun;
      case CONNECT ->
          "%s/%s %s is allowed"
              .formatted(request.resource().resource(), request.name(), request.subResource());
    };
  }

  private static List<String> error(Admission admission, Status status) {
    AdmissionRequest request = admission.request();
    if (status.reason().equals("Invalid")) {
      return invalid(request, status);
    }
    String reason = status.reason().isEmpty() ? "" : " (" + status.reason() + ")";
    String step =
        switch (request.operation()) {
          case CREATE -> "creating";
          case UPDATE -> "replacing";
          case DELETE -> "deleting";
          case CONNECT -> "";
        };
    // kubectl exec and its like have no file to name
    String doing =
        step.isEmpty()
            ? ""
            : "error when %s \"%s\": ".formatted(step, admission.document().source());
    return List.of("Error from server" + reason + ": " + doing + status.message());
  }

  private static List<String> invalid(AdmissionRequest request, Status status) {
    if (status.causes().isEmpty()) {
      return List.of("The request is invalid: " + status.message());
    }
    String head = "The %s \"%s\" is invalid: ".formatted(request.kind().kind(), name(request));
    List<String> causes = status.causes().stream().map(KubectlText::cause).distinct().toList();
    if (causes.size() == 1) {
      return List.of(head + causes.get(0));
    }
    var lines = new ArrayList<String>();
    lines.add(head);
    causes.forEach(cause -> lines.add("* " + cause));
    return lines;
  }

  private static String cause(StatusCause cause) {
    return cause.field() + ": " + cause.message();
  }

  /** By the name that it is stored under, which a webhook may have changed. */
  private static String created(Admission admission) {
    String name =
        admission.object() == null ? "" : admission.object().at("/metadata/name").asText();
    return name.isEmpty() ? name(admission.request()) : name;
  }

  private static String name(AdmissionRequest request) {
    ObjectNode object = request.object();
    return request.name().isEmpty() && object != null
        ? object.at("/metadata/generateName").asText() + "xxxxx"
        : request.name();
  }
}
