package io.usher.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.cli.local.Admission;
import io.usher.cli.local.Admission.Call;
import io.usher.cli.local.Failure;
import io.usher.cli.local.YamlDocuments;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** All that is known of each object, for programs. */
final class DataReport {

  private static final long NANOS_PER_MICRO = 1_000;

  private DataReport() {}

  static void json(List<Admission> admissions, PrintWriter out) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    admissions.forEach(admission -> array.add(tree(admission)));
    out.println(array.toPrettyString());
  }

  static void yaml(List<Admission> admissions, PrintWriter out) {
    for (Admission admission : admissions) {
      out.println("---");
      out.print(YamlDocuments.write(tree(admission)));
    }
  }

  private static ObjectNode tree(Admission admission) {
    AdmissionRequest request = admission.request();
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("source", admission.document().source());
    tree.put("document", admission.document().number());
    tree.put("line", admission.document().line());
    tree.put("operation", request.operation().name());
    tree.put("apiVersion", request.kind().apiVersion());
    tree.put("kind", request.kind().kind());
    tree.put("namespace", request.namespace());
    tree.put("name", request.name());
    tree.put("subResource", request.subResource());
    tree.put("outcome", admission.outcome().name().toLowerCase(Locale.ROOT));
    if (!admission.expected().isEmpty()) {
      tree.put("expected", admission.expected());
      tree.put("asExpected", admission.asExpected());
    }
    admission.refusal().ifPresent(status -> add(tree.putObject("status"), status));
    admission.warnings().forEach(tree.putArray("warnings")::add);
    admission.auditAnnotations().forEach(tree.putObject("auditAnnotations")::put);
    admission.policies().forEach(tree.putArray("policies")::add);
    ArrayNode calls = tree.putArray("calls");
    admission.calls().forEach(call -> add(calls.addObject(), call));
    ArrayNode failures = tree.putArray("failures");
    for (Failure failure : admission.failures()) {
      ObjectNode node = failures.addObject().put("what", failure.what());
      failure.stack().forEach(node.putArray("stack")::add);
    }
    admission.notIdempotent().forEach(tree.putArray("notIdempotent")::add);
    admission.notes().forEach(tree.putArray("notes")::add);
    tree.set("object", admission.object());
    admission.stored().ifPresent(stored -> tree.set("stored", stored));
    return tree;
  }

  private static void add(ObjectNode tree, Status status) {
    tree.put("code", status.code());
    tree.put("reason", status.reason());
    tree.put("message", status.message());
    ArrayNode causes = tree.putArray("causes");
    status
        .causes()
        .forEach(
            cause ->
                causes
                    .addObject()
                    .put("field", cause.field())
                    .put("message", cause.message())
                    .put("reason", cause.reason()));
  }

  private static void add(ObjectNode tree, Call call) {
    tree.put("path", call.path());
    tree.put("again", call.again());
    tree.put("micros", call.nanos() / NANOS_PER_MICRO);
    tree.set("patch", call.patch());
    call.log().forEach(tree.putArray("log")::add);
    ArrayNode rules = tree.putArray("rules");
    call.rules()
        .forEach(
            run ->
                rules
                    .addObject()
                    .put("rule", run.rule())
                    .put("micros", run.nanos() / NANOS_PER_MICRO));
  }
}
