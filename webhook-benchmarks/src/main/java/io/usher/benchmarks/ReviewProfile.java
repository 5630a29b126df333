package io.usher.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where the time of a review goes, and what it allocates: the samples of a flight recording, each
 * booked on the innermost step of a review that is on its stack.
 */
final class ReviewProfile {

  /** A step, and what the classes begin with whose presence on a stack means it. */
  private record Step(String name, List<String> prefixes) {

    boolean owns(String type) {
      return prefixes.stream().anyMatch(type::startsWith);
    }
  }

  private static final List<Step> STEPS =
      List.of(
          new Step("check that the body is UTF-8", List.of("io.usher.json.Utf8")),
          new Step(
              "walk the body: limits, duplicate names, envelope",
              List.of(
                  "io.usher.engine.ReviewWalk",
                  "io.usher.json.DuplicateNames",
                  "io.usher.engine.admission.AdmissionCodec",
                  "io.usher.engine.admission.AdmissionRe")),
          new Step("write the answer", List.of("io.usher.engine.admission.AdmissionWriter")),
          new Step("parse what is read", List.of("io.usher.json.")),
          new Step(
              "merge the typed change",
              List.of("io.usher.patch.TwoWayMergePatch", "io.usher.patch.TypedMerge")),
          new Step("difference and its check", List.of("io.usher.patch.")),
          new Step("typed view: decode and encode", List.of("io.usher.engine.chain.ObjectMapping")),
          new Step("the rule", List.of("io.usher.benchmarks.rules.")),
          new Step("baseline: walk", List.of("io.usher.benchmarks.WalkedReview")),
          new Step(
              "chain and deadline",
              List.of("io.usher.engine.chain.", "io.usher.rule.", "io.usher.webhook.")),
          new Step("hand over between threads", List.of("io.usher.engine.")),
          new Step(
              "metrics and log",
              List.of(
                  "io.micrometer.",
                  "ch.qos.logback.",
                  "org.slf4j.",
                  "io.usher.telemetry.",
                  "io.usher.cli.")),
          new Step(
              "TLS", List.of("sun.security.", "javax.crypto.", "com.sun.crypto.", "javax.net.ssl")),
          new Step("server's routes", List.of("io.usher.", "io.javalin.")),
          new Step("Jetty", List.of("org.eclipse.jetty.")));

  private final Map<String, Long> steps = new HashMap<>();
  private final Map<String, Long> places = new HashMap<>();
  private final Map<String, Long> allocating = new HashMap<>();
  private final Map<String, Long> allocated = new HashMap<>();

  private ReviewProfile() {}

  /** Reads a recording and prints its tables. */
  static void print(Path recording, PrintStream out) throws IOException {
    var profile = new ReviewProfile();
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        profile.add(file.readEvent());
      }
    }
    table(out, "time by step", profile.steps);
    table(out, "time by innermost method", profile.places);
    table(out, "bytes allocated by step", profile.allocating);
    table(out, "bytes allocated by class and place", profile.allocated);
  }

  private void add(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return;
    }
    List<RecordedFrame> frames = event.getStackTrace().getFrames();
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> {
        steps.merge(step(frames), 1L, Long::sum);
        places.merge(method(frames.get(0).getMethod()), 1L, Long::sum);
      }
      case "jdk.ObjectAllocationSample" -> {
        long weight = event.getLong("weight");
        allocating.merge(step(frames), weight, Long::sum);
        allocated.merge(
            event.getClass("objectClass").getName() + " in " + owner(frames), weight, Long::sum);
      }
      default -> {}
    }
  }

  private static String step(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String type = frame.getMethod().getType().getName();
      for (Step step : STEPS) {
        if (step.owns(type)) {
          return step.name();
        }
      }
    }
    return "other";
  }

  /** The innermost method of Usher's, or else the innermost at all. */
  private static String owner(List<RecordedFrame> frames) {
    return frames.stream()
        .map(RecordedFrame::getMethod)
        .filter(method -> method.getType().getName().startsWith("io.usher."))
        .findFirst()
        .or(() -> frames.stream().map(RecordedFrame::getMethod).findFirst())
        .map(ReviewProfile::method)
        .orElse("nowhere");
  }

  private static String method(RecordedMethod method) {
    return method.getType().getName() + "." + method.getName();
  }

  private static void table(PrintStream out, String title, Map<String, Long> counts) {
    long total = counts.values().stream().mapToLong(Long::longValue).sum();
    out.printf("%n%s (%d)%n", title, total);
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(25)
        .forEach(e -> out.printf("%6.1f %%  %s%n", 100.0 * e.getValue() / total, e.getKey()));
  }
}
