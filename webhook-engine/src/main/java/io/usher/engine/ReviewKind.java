package io.usher.engine;

import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one endpoint's reviews are: how a request is read, decided and answered. All that goes round
 * it (threads, time, memory, observers) is the same for every kind. Thread-safe.
 *
 * @param <Q> a decoded request
 * @param <A> an answer
 */
public interface ReviewKind<Q, A> {

  /**
   * A verdict for observers.
   *
   * @param outcome what came of the review
   * @param message why it was denied, or what else there is to say of it, or null
   * @param patch of the answer, or null
   */
  record Verdict(ReviewOutcome outcome, @Nullable String message, @Nullable JsonPatch patch) {}

  /** What its reviews are posted to. */
  Endpoint endpoint();

  /**
   * Decodes a request.
   *
   * @param body kept by the result, and must not change
   * @param memory gives what is made of the body, before it is made
   */
  Q decode(byte[] body, ReviewMemory memory) throws ProtocolException;

  /** The request's record, for observers. */
  Object subject(Q request);

  /** The request for a message: uid, kind, namespace and name. */
  String describe(Q request);

  /** Begins to decide; nothing runs yet. */
  Evaluation<A> evaluate(
      Q request, ReviewIdentity review, Deadline deadline, ReviewObserver observer);

  /**
   * Encodes an answer to this request.
   *
   * @param memory gives what the answer needs, before it is made
   */
  byte[] encode(Q request, A answer, ReviewMemory memory) throws IOException, ProtocolException;

  /** What an answer comes to. */
  Verdict verdict(A answer);

  /**
   * How a call says that it failed.
   *
   * @param request null when it was not decoded yet
   */
  ReviewAnswer failed(@Nullable Q request, String message);
}
