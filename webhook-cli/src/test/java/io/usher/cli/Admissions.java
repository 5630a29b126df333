package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.cli.local.Admission;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.YamlDocuments;
import io.usher.observe.ReviewOutcome;
import io.usher.testkit.RequestBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Admissions that the tests of reports print. */
final class Admissions {

  private Admissions() {}

  static ObjectNode yaml(String text) {
    return (ObjectNode) YamlDocuments.read("test", text).get(0).tree();
  }

  /** The second of its file, at line 7. */
  private static ManifestDocument document() {
    YamlDocuments.Document document =
        YamlDocuments.read("web.yaml", "a: b\n---\n\n\n\n\n{}").get(1);
    return new ManifestDocument("web.yaml", 2, document.lines(), (ObjectNode) document.tree());
  }

  static Admission admitted(RequestBuilder request, ReviewOutcome outcome, String... warnings) {
    AdmissionRequest built = request.build();
    return admission(built, outcome, built.object(), null, warnings);
  }

  static Admission refused(RequestBuilder request, Status status) {
    AdmissionRequest built = request.build();
    return admission(built, ReviewOutcome.DENIED, built.object(), status);
  }

  static Admission admission(
      AdmissionRequest request,
      ReviewOutcome outcome,
      @Nullable ObjectNode object,
      @Nullable Status refusal,
      String... warnings) {
    return new Admission(
        document(),
        request,
        outcome,
        object,
        Optional.empty(),
        Optional.ofNullable(refusal),
        List.of(warnings),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        "",
        true);
  }
}
