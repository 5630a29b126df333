package io.usher.rule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a handler makes of an object: {@code Outcome.desired(pod).and(Outcome.event("Labelled", "the
 * team is shop"))}. Made by the factories.
 *
 * <p>A method that returns one kind alone, {@code Outcome.Desired}, needs no more rights than that.
 */
public sealed interface Outcome {

  /** What an outcome can be: each kind has a type of its own. */
  enum Kind {
    /** {@link Outcome#done()}. */
    DONE,
    /** {@link Outcome#desired(Object)}. */
    DESIRED,
    /** {@link Outcome#event(String, String)}. */
    EVENT,
    /** {@link Outcome#again(Duration)}. */
    AGAIN,
    /** {@link Outcome#and(Outcome)}. */
    SEVERAL
  }

  /** What it is. */
  Kind kind();

  /** Nothing is to be done. */
  static Done done() {
    return Done.INSTANCE;
  }

  /**
   * The object is to be this one, of the same name: a fabric8 model, a {@code
   * GenericKubernetesResource} or a JSON tree. The difference to the object that the handler was
   * given goes out as a patch, and what the type of a typed object does not know stays. When the
   * object has changed meanwhile, the handler is called again; when it is gone, nothing is done.
   */
  static Desired desired(Object object) {
    return new Desired(Objects.requireNonNull(object, "object"));
  }

  /**
   * An Event about the object, of type {@code Normal}. An equal one is written once in ten minutes.
   *
   * @param reason why, for machines, at most 128 characters: {@code Labelled}
   * @param note for people, cut at 1 KiB
   */
  static Event event(String reason, String note) {
    return new Event(Event.Type.NORMAL, reason, note);
  }

  /**
   * An Event about the object, of type {@code Warning}.
   *
   * @see #event
   */
  static Event warning(String reason, String note) {
    return new Event(Event.Type.WARNING, reason, note);
  }

  /** The handler is called again for this object after a time, or earlier when it changes. */
  static Again again(Duration after) {
    return new Again(after);
  }

  /**
   * This and then the other one: patches first, and Events only when these succeed. Of several
   * times the shortest counts, and of desired objects there is one at most.
   */
  default Several and(Outcome other) {
    var parts = new ArrayList<Outcome>();
    for (Outcome each : List.of(this, other)) {
      if (each instanceof Several several) {
        parts.addAll(several.parts());
      } else {
        parts.add(each);
      }
    }
    return new Several(parts);
  }

  /** See {@link #done()}. */
  enum Done implements Outcome {
    /** The one value. */
    INSTANCE;

    @Override
    public Kind kind() {
      return Kind.DONE;
    }
  }

  /** See {@link #desired(Object)}. */
  record Desired(Object object) implements Outcome {
    @Override
    public Kind kind() {
      return Kind.DESIRED;
    }
  }

  /** See {@link #event(String, String)}. */
  record Event(Type type, String reason, String note) implements Outcome {

    private static final Pattern REASON = Pattern.compile("\\S{1,128}");

    /** What it tells. */
    public enum Type {
      /** All is well. */
      NORMAL("Normal"),
      /** Somebody should look. */
      WARNING("Warning");

      private final String value;

      Type(String value) {
        this.value = value;
      }

      /** As Kubernetes writes it. */
      public String value() {
        return value;
      }
    }

    public Event {
      Objects.requireNonNull(note, "note");
      if (!REASON.matcher(reason).matches()) {
        throw new IllegalArgumentException(
            "the reason \""
                + reason
                + "\" of an Event is not of 1 to 128 characters without spaces; write one in camel"
                + " case, \"Labelled\"");
      }
    }

    @Override
    public Kind kind() {
      return Kind.EVENT;
    }
  }

  /** See {@link #again(Duration)}. */
  record Again(Duration after) implements Outcome {

    public Again {
      if (after.isNegative() || after.isZero()) {
        throw new IllegalArgumentException(
            "again after " + after + " is no time ahead; write a positive one");
      }
    }

    @Override
    public Kind kind() {
      return Kind.AGAIN;
    }
  }

  /** See {@link #and(Outcome)}. */
  record Several(List<Outcome> parts) implements Outcome {

    public Several {
      parts = List.copyOf(parts);
    }

    @Override
    public Kind kind() {
      return Kind.SEVERAL;
    }
  }
}
