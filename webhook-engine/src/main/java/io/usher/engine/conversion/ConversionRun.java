package io.usher.engine.conversion;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.OutOfMemory;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.RuleEvents;
import io.usher.engine.RuleFailedException;
import io.usher.engine.RunningCall;
import io.usher.json.LazyJson;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.ConversionException;
import io.usher.rule.ObjectDecodingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One review's objects on their way: each is converted and written before the next is read. */
final class ConversionRun implements Evaluation<ConversionAnswer> {

  /** The first of the blocks that an answer is kept in. */
  private static final int ROOM = 8 << 10;

  /** Of a text of an object in a message: a name has at most 253 characters. */
  private static final int LONGEST = 300;

  private final ReviewJson json;
  private final Map<GroupKind, VersionGraph<ConvertingRule>> graphs;
  private final ConversionReview review;
  private final GroupVersionKind desired;
  private final ReviewIdentity identity;
  private final Deadline deadline;
  private final ReviewObserver observer;
  private final RunningCall<ConversionCall> running;

  /** Whether this thread no longer owns the review. */
  private boolean taken;

  ConversionRun(
      ReviewJson json,
      Map<GroupKind, VersionGraph<ConvertingRule>> graphs,
      ConversionReview review,
      ReviewIdentity identity,
      Deadline deadline,
      ReviewObserver observer,
      GivenUpRules givenUpRules) {
    this.json = json;
    this.graphs = graphs;
    this.review = review;
    this.desired = GroupVersionKind.of(review.request().desiredApiVersion(), "");
    this.identity = identity;
    this.deadline = deadline;
    this.observer = observer;
    this.running = new RunningCall<>(givenUpRules);
  }

  @Override
  public @Nullable ConversionAnswer run() {
    try {
      byte[] encoded = json.write(ROOM, review.memory(), this::write);
      return taken ? null : new ConversionAnswer(encoded, null, null);
    } catch (InconvertibleException e) {
      String message = String.valueOf(e.getMessage());
      return new ConversionAnswer(ConversionHandler.failure(review, message), message, null);
    } catch (ProtocolException e) {
      return new ConversionAnswer(null, null, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(JsonGenerator answer) throws IOException {
    ConversionHandler.begin(answer, review);
    answer.writeArrayFieldStart("convertedObjects");
    for (int i = 0; i < review.request().objects(); i++) {
      ObjectNode converted = converted(i);
      if (taken) {
        return;
      }
      LazyJson.write(Objects.requireNonNull(converted), answer);
    }
    answer.writeEndArray();
    answer.writeObjectFieldStart("result");
    answer.writeStringField("status", "Success");
    answer.writeEndObject();
    answer.writeEndObject();
    answer.writeEndObject();
  }

  /** One object in the version that is asked for; null when this thread no longer owns it. */
  private @Nullable ObjectNode converted(int index) {
    ObjectNode object = review.object(index);
    GroupVersionKind type =
        GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    List<ConvertingRule> way = way(type, object, index);
    ObjectNode converted = object;
    for (ConvertingRule rule : way) {
      converted = call(rule, converted);
      if (converted == null) {
        return null;
      }
    }
    return converted;
  }

  private List<ConvertingRule> way(GroupVersionKind type, ObjectNode object, int index) {
    if (type.apiVersion().equals(review.request().desiredApiVersion())) {
      return List.of();
    }
    VersionGraph<ConvertingRule> graph = graphs.get(new GroupKind(type.group(), type.kind()));
    boolean ofGroup = type.group().equals(desired.group());
    return (graph == null || !ofGroup
            ? Optional.<List<ConvertingRule>>empty()
            : graph.way(type.version(), desired.version()))
        .orElseThrow(
            () ->
                new InconvertibleException(
                    "objects[%d], %s of %s: nothing here converts it to %s; there are conversions of %s"
                        .formatted(
                            index,
                            named(object),
                            cut(type.apiVersion()),
                            cut(review.request().desiredApiVersion()),
                            known())));
  }

  private String known() {
    return graphs.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue().versions())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  @Override
  public @Nullable GivenUp giveUpOverdueRule() {
    ConversionCall call = running.takeOverdue();
    if (call == null) {
      return null;
    }
    var failure = RuleFailedException.tookTooLong(call.rule());
    call.events.failed(call.what(), false, failure);
    return new GivenUp(call.rule(), false);
  }

  private @Nullable ObjectNode call(ConvertingRule rule, ObjectNode object) {
    if (deadline.passed()) {
      throw RuleFailedException.tookTooLong(rule.name());
    }
    String what =
        "%s (%s to %s)".formatted(named(object), rule.definition.from(), rule.definition.to());
    var events = new RuleEvents(observer, identity, rule.name());
    var call = new ConversionCall(rule, review.request(), object, what, deadline, events);
    if (!rule.circuit.admits(events)) {
      throw failed(call, RuleFailedException.notTried(rule.name()));
    }
    running.begin(call);
    ObjectNode result = null;
    Throwable thrown = null;
    // From here on the circuit and the watchdog know of the call: whatever fails, it is ended.
    try {
      events.began();
      result = call.result(rule.definition.converter().convert(call));
    } catch (Throwable t) {
      thrown = t;
    }
    if (!running.end(call)) {
      taken = true;
      return null;
    }
    rule.circuit.returned(events);
    if (thrown instanceof OutOfMemoryError error && OutOfMemory.isExhaustion(error)) {
      throw error;
    }
    if (call.deadline().passed()) {
      throw failed(call, RuleFailedException.tookTooLong(rule.name()));
    }
    if (thrown != null) {
      throw failed(call, RuleFailedException.threw(rule.name(), told(what, thrown), thrown));
    }
    events.returned(call.ranNanos());
    return result;
  }

  private static RuleFailedException failed(ConversionCall call, RuleFailedException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    call.events.failed(call.what(), false, cause);
    return failure;
  }

  /** The object, and the field where it is known, and no more of the inside. */
  private static String told(String what, Throwable thrown) {
    if (thrown instanceof ConversionException problem) {
      return what + ": " + problem.field() + ": " + problem.getMessage();
    }
    if (thrown instanceof ObjectDecodingException
        && thrown.getCause() instanceof JsonMappingException problem) {
      String field =
          problem.getPath().stream()
              .map(each -> each.getFieldName() == null ? "" + each.getIndex() : each.getFieldName())
              .collect(Collectors.joining("."));
      return what + ": " + field + ": does not fit the conversion's class";
    }
    return what;
  }

  private static String named(ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    String namespace = metadata.path("namespace").asText();
    return cut(object.path("kind").asText())
        + " "
        + (namespace.isEmpty() ? "" : cut(namespace) + "/")
        + cut(metadata.path("name").asText());
  }

  private static String cut(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }

  @Override
  public @Nullable String decidedBy() {
    return null;
  }

  /** Every conversion makes its object another one: there is nothing to tell. */
  @Override
  public List<String> changedBy() {
    return List.of();
  }

  @Override
  public @Nullable Duration viewAge() {
    return null;
  }
}
