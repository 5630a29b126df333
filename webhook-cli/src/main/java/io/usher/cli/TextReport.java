package io.usher.cli;

import io.usher.cli.local.Admission;
import io.usher.cli.local.Admission.Call;
import io.usher.cli.local.Failure;
import io.usher.observe.ReviewOutcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What kubectl would print of each object, and beneath it what kubectl does not know. */
final class TextReport implements ReviewReport {

  private static final double NANOS_PER_MILLI = 1_000_000;

  private final Colours colours;
  private final KubectlText kubectl;
  private final DiffReport diff;

  TextReport(Colours colours) {
    this.colours = colours;
    this.kubectl = new KubectlText(colours);
    this.diff = new DiffReport(new YamlDiff(colours));
  }

  @Override
  public void print(List<Admission> admissions, PrintWriter out) {
    for (Admission admission : admissions) {
      print(admission, out);
      out.println();
    }
    out.println(summary(admissions));
    out.println(
        """
        Sent to an API server of this process: it knows no objects but these, has no other webhooks and
        policies, and runs no controllers.""");
  }

  private void print(Admission admission, PrintWriter out) {
    out.println(
        colours.bold(
            "%s of %s (%s)"
                .formatted(
                    admission.request().operation(),
                    subject(admission),
                    admission.document().where())));
    kubectl.lines(admission).forEach(out::println);
    diff.lines(admission).forEach(line -> out.println("  " + line));
    admission.policies().forEach(policy -> out.println("  " + policy));
    for (Call call : admission.calls()) {
      out.println("  " + describe(call));
      call.log().forEach(line -> out.println("    " + line));
    }
    for (Failure failure : admission.failures()) {
      out.println("  " + colours.red(failure.what()));
      failure.stack().forEach(line -> out.println("    " + line));
    }
    for (String webhook : admission.notIdempotent()) {
      out.println(
          "  "
              + colours.red(
                  webhook
                      + " IS NOT IDEMPOTENT: called again with its own result, it changed it"
                      + " again"));
    }
    admission.notes().forEach(note -> out.println("  note: " + note));
    if (!admission.expected().isEmpty()) {
      out.println("  " + expectation(admission));
    }
  }

  private static String subject(Admission admission) {
    String subresource = admission.request().subResource();
    return admission.request().describe() + (subresource.isEmpty() ? "" : "/" + subresource);
  }

  private static String describe(Call call) {
    String rules =
        call.rules().stream()
            .map(run -> run.rule() + " " + millis(run.nanos()))
            .collect(Collectors.joining(", "));
    return "%s%s took %s%s"
        .formatted(
            call.path(),
            call.again() ? " again" : "",
            millis(call.nanos()),
            rules.isEmpty() ? "" : ", of that " + rules);
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
  }

  private String expectation(Admission admission) {
    return admission.asExpected()
        ? colours.green("as expected: " + admission.expected())
        : colours.red(
            "NOT AS EXPECTED: expected " + admission.expected() + ", came " + admission.came());
  }

  private String summary(List<Admission> admissions) {
    var counts = new ArrayList<String>();
    for (ReviewOutcome outcome : ReviewOutcome.values()) {
      long count = admissions.stream().filter(each -> each.outcome() == outcome).count();
      if (count > 0) {
        counts.add(count + " " + name(outcome));
      }
    }
    long failures = admissions.stream().filter(each -> !each.failures().isEmpty()).count();
    long surprises = admissions.stream().filter(each -> !each.asExpected()).count();
    String all = admissions.size() + (admissions.size() == 1 ? " object: " : " objects: ");
    return all
        + String.join(", ", counts)
        + (failures == 0 ? "" : "; " + colours.red("rules failed in " + failures))
        + (surprises == 0 ? "" : "; " + colours.red(surprises + " not as expected"));
  }

  private static String name(ReviewOutcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
