package io.usher.engine;

/**
 * How messages about one kind's bodies are worded.
 *
 * @param kind of review, {@code AdmissionReview}
 * @param quotes whether they may quote the body; false where it holds secrets
 */
record Wording(String kind, boolean quotes) {

  /** Of a text that is quoted: it may be as long as the body. */
  private static final int QUOTED = 200;

  /** The body can't be decoded; this tells why. */
  ProtocolException malformed(String why) {
    return new ProtocolException(400, "decode " + kind + ": " + why);
  }

  /** A part of the body, short enough for a message. */
  String quoted(String text) {
    if (!quotes) {
      return "(not shown)";
    }
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
  }
}
