package io.usher.engine;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.usher.json.ContainerOffsets;
import io.usher.json.DuplicateNames;
import io.usher.json.NameCount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One pass over a review's bytes that builds nothing: it counts values, refuses duplicate names,
 * and knows where documents begin and end. Depth and lengths are the parser's own constraints.
 */
public final class ReviewWalk {

  /** One digit more may pass what a BigDecimal holds. */
  private static final int MAX_EXPONENT_DIGITS = 9;

  /** Values that a member counts as, beside itself, which is kept in a record, map or list. */
  private static final int KEPT = 2;

  /** Longer names stand in a table of the parser's own, which it copies as it grows. */
  private static final int LONG_NAME = 64;

  /** Of a long name, how much counts as a value. */
  private static final int CHARACTERS_A_VALUE = 4;

  private final Wording wording;
  private final JsonParser parser;
  private final int maxNodes;
  private final int maxStringLength;
  private final boolean mayHoldLongStrings;
  private final ReviewMemory memory;
  private int nodes;

  /** Values and names that may still come before more memory is taken. */
  private int paid;

  private final NameCount nameCount = new NameCount();

  /** By depth. */
  private final List<DuplicateNames> names = new ArrayList<>();

  /** Objects around the value that is read now, of those that {@link #object} reads. */
  private int open;

  /**
   * A walk from the parser's place.
   *
   * @param wording of messages
   * @param bytes the length of what the parser reads
   * @param memory gives what each value and name may need, before it is passed
   */
  ReviewWalk(
      Wording wording, JsonParser parser, ReviewLimits limits, int bytes, ReviewMemory memory) {
    this.wording = wording;
    this.parser = parser;
    this.maxNodes = limits.maxNodes();
    this.maxStringLength = limits.maxStringLength();
    this.mayHoldLongStrings = bytes > maxStringLength;
    this.memory = memory;
  }

  /** Whether the parser may leave the names so far to those after it. */
  boolean namesMayStay() {
    return nameCount.mayStay();
  }

  /** Called with each member of an object, the parser at its value; it consumes the value. */
  @FunctionalInterface
  public interface Member {
    void read(String name) throws IOException, ProtocolException;
  }

  /** Reads the members of the object that the parser is at; null counts as an empty one. */
  public void object(Member member) throws IOException, ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(JsonToken.START_OBJECT, "an object");
    DuplicateNames seen = names(open++);
    seen.clear();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      pay(KEPT);
      unique(seen, name);
      next();
      member.read(name);
    }
    open--;
  }

  /** Reads the elements of the array that the parser is at; null counts as an empty one. */
  public void array(Member element) throws IOException, ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    expect(JsonToken.START_ARRAY, "an array");
    while (next() != JsonToken.END_ARRAY) {
      element.read("");
    }
  }

  /** The string that the parser is at; null counts as empty. */
  public String string() throws IOException, ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return "";
    }
    expect(JsonToken.VALUE_STRING, "a string");
    return parser.getText();
  }

  /** The boolean that the parser is at; null counts as false. */
  public boolean bool() throws ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return false;
    }
    if (!parser.currentToken().isBoolean()) {
      throw unexpected("true or false");
    }
    return parser.currentToken() == JsonToken.VALUE_TRUE;
  }

  /** The review can't be decoded; this tells why. */
  public ProtocolException malformed(String why) {
    return wording.malformed(why);
  }

  /** A part of the body, for a message: short, and nothing of it where it holds secrets. */
  public String quoted(String text) {
    return wording.quoted(text);
  }

  /** Requires a member that a review can't be without. */
  public void require(boolean there, String member) throws ProtocolException {
    if (!there) {
      throw malformed(member + " is missing");
    }
  }

  /** Passes over the value that the parser is at, looking at every name in it. */
  public void skip() throws IOException, ProtocolException {
    if (parser.currentToken().isStructStart()) {
      document();
    }
  }

  /** Passes over the container that the parser is at, and gives its upper levels' places. */
  public ContainerOffsets document() throws IOException, ProtocolException {
    var spans = new ContainerOffsets(nameCount);
    int depth = 0;
    while (true) {
      JsonToken token = parser.currentToken();
      if (token.isStructStart()) {
        if (depth <= ContainerOffsets.LEVELS) {
          spans.begin(ContainerOffsets.offset(parser));
        }
        if (token == JsonToken.START_OBJECT) {
          names(open + depth).clear();
        }
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
        if (depth <= ContainerOffsets.LEVELS) {
          spans.end(ContainerOffsets.offset(parser) + 1);
        }
        if (depth == 0) {
          return spans;
        }
      } else if (token == JsonToken.FIELD_NAME) {
        unique(names.get(open + depth - 1), parser.currentName());
      }
      next();
    }
  }

  /** Advances by a token, and counts it when it is a value. */
  public JsonToken next() throws IOException, ProtocolException {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw malformed("the body ends too early");
    }
    if (token.isScalarValue() || token.isStructStart()) {
      pay(1);
      if (++nodes > maxNodes) {
        throw new ProtocolException(
            413, "decode " + wording.kind() + ": more than " + maxNodes + " JSON values");
      }
      if (mayHoldLongStrings && token == JsonToken.VALUE_STRING) {
        requireShort();
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        requireSmallExponent();
      }
    }
    return token;
  }

  private void pay(int values) throws ProtocolException {
    while (paid < values) {
      paid += memory.takeValues();
    }
    paid -= values;
  }

  /** What passes the exponents of a BigDecimal would fail only in the rule that reads it. */
  private void requireSmallExponent() throws IOException, ProtocolException {
    String number = parser.getText();
    int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
    if (exponent < 0) {
      return;
    }
    char first = number.charAt(exponent + 1);
    int digits = exponent + (first == '-' || first == '+' ? 2 : 1);
    if (number.length() - digits > MAX_EXPONENT_DIGITS) {
      throw malformed(
          where()
              + " has an exponent of more than "
              + MAX_EXPONENT_DIGITS
              + " digits: "
              + quoted(number));
    }
  }

  /** The parser sees to the limit where a string is read, not where it is passed over. */
  private void requireShort() throws IOException, ProtocolException {
    if (parser.getTextLength() > maxStringLength) {
      throw malformed(where() + " has more than " + maxStringLength + " characters");
    }
  }

  private DuplicateNames names(int depth) {
    while (names.size() <= depth) {
      names.add(new DuplicateNames());
    }
    return names.get(depth);
  }

  private void unique(DuplicateNames seen, String name) throws ProtocolException {
    pay(name.length() > LONG_NAME ? 1 + name.length() / CHARACTERS_A_VALUE : 1);
    nameCount.add(name);
    if (!seen.add(name)) {
      throw malformed("duplicate name \"" + quoted(name) + "\" at " + where());
    }
  }

  private void expect(JsonToken token, String what) throws ProtocolException {
    if (parser.currentToken() != token) {
      throw unexpected(what);
    }
  }

  private ProtocolException unexpected(String what) {
    return malformed(where() + " is not " + what);
  }

  private String where() {
    String pointer = parser.getParsingContext().pathAsPointer().toString();
    return pointer.isEmpty() ? "the body" : quoted(pointer);
  }
}
