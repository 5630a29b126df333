package io.usher.http;

import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One path that reviews are posted to.
 *
 * @param path {@code /mutate/NAME}, {@code /validate/NAME} or {@code /convert/NAME}
 * @param kind answers the reviews
 * @param timeout of a call that names none, as nobody but a person's curl does
 * @param callers who may post
 * @param calls what it shares with the others
 */
public record ReviewRoute(
    String path, ReviewKind<?, ?> kind, Duration timeout, Callers callers, ReviewCalls calls)
    implements Route {

  @Override
  public Verdict accept(HttpCall call) {
    if (!call.method().equals("POST")) {
      return Refusal.methodNotAllowed(call.method(), path, "POST");
    }
    String type = call.header("Content-Type");
    if (!ContentType.isJson(type)) {
      return Refusal.unsupportedMediaType(
          "Content-Type is " + type + "; send " + ContentType.JSON + " in UTF-8");
    }
    String encoding = call.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Refusal.unsupportedMediaType(
          "Content-Encoding is " + encoding + "; send the body without one");
    }
    BodyLimit limit = calls.maxBody();
    if (call.contentLength() > limit.bytes()) {
      return Refusal.tooLarge(
          "the body has %d bytes, more than %d (%s)"
              .formatted(call.contentLength(), limit.bytes(), limit.setting()));
    }
    CallTimeout time;
    try {
      time = CallTimeout.of(call.query(), timeout, calls.maxTimeout());
    } catch (IllegalArgumentException e) {
      return Refusal.badRequest(String.valueOf(e.getMessage()));
    }
    var deadline = calls.margin().deadline(call.beganNanos(), time.granted());
    return new Verdict.Accepted(
        deadline.atNanos(),
        limit.bytes(),
        (body, responder) -> serve(call, body, deadline, time, responder));
  }

  private void serve(
      HttpCall call, RequestBody body, Deadline deadline, CallTimeout time, Responder responder) {
    String line = "POST " + (call.query() == null ? path : path + "?" + call.query());
    calls
        .executor()
        .submit(
            new Review<>(kind, line, call.caller(), body.bytes(), deadline, body.lease()),
            answer -> answer(answer, deadline, time, responder));
  }

  private static void answer(
      ReviewAnswer answer, Deadline deadline, CallTimeout time, Responder responder) {
    byte[] body = answer.body();
    if (answer.status() == 500 && time.limited() && deadline.passed()) {
      String text = new String(body, StandardCharsets.UTF_8) + time.explanation();
      body = text.getBytes(StandardCharsets.UTF_8);
    }
    responder.answer(answer.status(), answer.contentType(), answer.retryAfterSeconds(), body);
  }

  @Override
  public void refused(int status) {
    calls.observer().reviewRejected(kind.endpoint(), status);
  }
}
