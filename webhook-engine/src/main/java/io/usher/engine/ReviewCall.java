package io.usher.engine;

import io.usher.engine.admission.AdmissionReviewHandler;

/**
 * One call to be answered.
 *
 * @param handler of the path that was called
 * @param requestLine for messages: {@code POST /mutate/labeler.example.com?timeout=10s}
 * @param body the whole body
 * @param deadline when the answer must be there, the reserve already taken off
 * @param lease the memory of the body; the executor closes it
 */
public record ReviewCall(
    AdmissionReviewHandler handler,
    String requestLine,
    byte[] body,
    Deadline deadline,
    MemoryBudget.Lease lease) {}
