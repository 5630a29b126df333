package io.usher.listwatch;

import java.time.Duration;

/**
 * How the API server is asked.
 *
 * @param pageSize objects in a page of a list
 * @param answerTimeout for an answer to begin
 * @param stall after so long without a byte a stream is taken for dead
 * @param minBackoff before the second try; each further pause is twice as long
 * @param maxBackoff the longest pause; each is drawn between half of it and the whole
 * @param minWatch after so long at least a watch ends; the end is drawn up to twice as late
 * @param maxDeltas changes that may wait to be applied; nothing is read while there are as many
 * @param maxDeltaBytes what they may take, unless it is a single one
 */
public record ListWatchSettings(
    int pageSize,
    Duration answerTimeout,
    Duration stall,
    Duration minBackoff,
    Duration maxBackoff,
    Duration minWatch,
    int maxDeltas,
    int maxDeltaBytes) {

  /**
   * A watch that is not heard of for 80 s is dead, as bookmarks come every 60 s: the next one has
   * its bookmark before the view is 150 s old. The pauses of 60 views after an outage are spread
   * over 15 s at least.
   */
  public static final ListWatchSettings DEFAULT =
      new ListWatchSettings(
          500,
          Duration.ofSeconds(70),
          Duration.ofSeconds(80),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          1_024,
          8 << 20);
}
