package io.usher.testkit.apiserver;

import io.usher.apiserver.api.AbortedException;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Begins a fault: {@code server.on("list", "pods").next(2).answerInternalError()}. Without {@link
 * #next} it happens until it is lifted.
 */
public final class RequestFaults {

  private final Predicate<RequestInfo> matcher;
  private final Consumer<Fault> register;
  private int limit = Integer.MAX_VALUE;

  RequestFaults(Predicate<RequestInfo> matcher, Consumer<Fault> register) {
    this.matcher = matcher;
    this.register = register;
  }

  /** Whether a request has this verb and resource, each of which may be {@code *}. */
  static Predicate<RequestInfo> matching(String verb, String resource) {
    return request ->
        (verb.equals("*") || verb.equals(request.verb()))
            && (resource.equals("*") || resource.equals(name(request)));
  }

  private static String name(RequestInfo request) {
    return request.subresource().isEmpty()
        ? request.resource()
        : request.resource() + '/' + request.subresource();
  }

  /** It happens to this many requests. */
  public RequestFaults next(int requests) {
    if (requests < 1) {
      throw new IllegalArgumentException("next(" + requests + "): write a number from 1 on");
    }
    limit = requests;
    return this;
  }

  /** Answers 410 Expired, as when the history does not reach back to the version asked for. */
  public Fault answerExpired() {
    return answer(Status.expired("The resourceVersion for the provided request is too old."));
  }

  /**
   * Answers 429 TooManyRequests.
   *
   * @param retryAfterSeconds for {@code Retry-After}, from 1 on
   */
  public Fault answerTooManyRequests(int retryAfterSeconds) {
    return answer(
        Status.tooManyRequests("Too many requests, please try again later.", retryAfterSeconds));
  }

  /** Answers 500 InternalError. */
  public Fault answerInternalError() {
    return answer(Status.internalError("a test asked for this failure"));
  }

  /**
   * Answers a {@code Status} of failure.
   *
   * @param code the HTTP status code, from 400 on
   * @param reason in CamelCase, {@code ServiceUnavailable}
   */
  public Fault answer(int code, String reason, String message) {
    if (code < 400 || code > 599) {
      throw new IllegalArgumentException(
          "answer " + code + ": write a status code of a failure, 400 to 599");
    }
    return answer(new Status(code, reason, message, null));
  }

  private Fault answer(Status status) {
    return begin(
        lifted -> {
          throw new ApiException(status);
        });
  }

  /** Lets the request go on after this time, or when the fault is lifted. */
  public Fault delay(Duration time) {
    return begin(lifted -> await(lifted, time));
  }

  private static void await(CountDownLatch lifted, Duration time) {
    try {
      lifted.await(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AbortedException();
    }
  }

  /** Answers nothing and closes the connection, the other requests of which fail, too. */
  public Fault closeConnection() {
    return begin(
        lifted -> {
          throw new AbortedException();
        });
  }

  private Fault begin(Consumer<CountDownLatch> effect) {
    var fault = new Fault(matcher, limit, effect);
    register.accept(fault);
    return fault;
  }
}
