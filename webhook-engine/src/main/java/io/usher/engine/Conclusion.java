package io.usher.engine;

import io.usher.observe.FinishedReview;

/** How a review ended: what the caller gets, and what observers are told once he gets it. */
public record Conclusion(ReviewAnswer answer, FinishedReview finished) {}
