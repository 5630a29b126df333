package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Status;
import io.usher.observe.ReviewOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of one object.
 *
 * @param document where it is from
 * @param request what the webhooks were asked, with the object as it was sent
 * @param outcome the decision
 * @param object the object as admitted, or as far as it came; absent on DELETE
 * @param stored the object as it is stored, where that is in another version; what the server adds
 *     to every object's metadata is left out
 * @param refusal what the API server tells the client, when it was not admitted
 * @param warnings what the client is shown
 * @param auditAnnotations what the audit log records, keys with the webhook's name
 * @param policies the admission policies that were evaluated, in order, each as {@code
 *     ValidatingAdmissionPolicy NAME with binding NAME}
 * @param calls the calls that were made, in order
 * @param notIdempotent the webhooks that, called again with their own result, changed it again
 * @param failures the rules and calls that failed, also those that the failure policy ignores
 * @param notes what an API server would tell nobody
 * @param expected what the manifest expects, empty when it says nothing
 * @param asExpected whether that is what came
 */
public record Admission(
    ManifestDocument document,
    AdmissionRequest request,
    ReviewOutcome outcome,
    @Nullable ObjectNode object,
    Optional<ObjectNode> stored,
    Optional<Status> refusal,
    List<String> warnings,
    Map<String, String> auditAnnotations,
    List<String> policies,
    List<Call> calls,
    List<String> notIdempotent,
    List<Failure> failures,
    List<String> notes,
    String expected,
    boolean asExpected) {

  /**
   * One call of a webhook.
   *
   * @param path what was called, {@code /mutate/labeler.example.com}; {@code
   *     /convert/crontabs.example.com} stands for all conversions of the object
   * @param again whether it was the second call of this path, as the object had changed
   * @param patch the JSON Patch, empty when nothing changed
   * @param nanos how long it took
   * @param rules the rules that returned
   * @param log what the rules logged
   */
  public record Call(
      String path,
      boolean again,
      JsonNode patch,
      long nanos,
      List<RuleRun> rules,
      List<String> log) {

    /** Both in one, the runs of a rule added up. */
    Call and(Call later) {
      var nanosByRule = new LinkedHashMap<String, Long>();
      Stream.of(rules, later.rules)
          .flatMap(List::stream)
          .forEach(run -> nanosByRule.merge(run.rule(), run.nanos(), Long::sum));
      return new Call(
          path,
          again,
          patch,
          nanos + later.nanos,
          nanosByRule.entrySet().stream()
              .map(each -> new RuleRun(each.getKey(), each.getValue()))
              .toList(),
          Stream.of(log, later.log).flatMap(List::stream).toList());
    }
  }

  /**
   * One run of a rule.
   *
   * @param rule as {@code Class.method}
   * @param nanos how long it took
   */
  public record RuleRun(String rule, long nanos) {}

  /** Whether it was admitted. */
  public boolean admitted() {
    return refusal.isEmpty();
  }

  /**
   * Whether nobody needs to look at it: it came out as expected, or else was admitted without a
   * failure.
   */
  public boolean passed() {
    return notIdempotent.isEmpty()
        && (expected.isEmpty() ? admitted() && failures.isEmpty() : asExpected);
  }

  /** What came of it in the words of the annotation {@code usher.io/expect}. */
  public String came() {
    return Expectation.met(outcome, !failures.isEmpty(), !warnings.isEmpty()).toString();
  }
}
