package io.usher.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.base.ParserBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;

/**
 * Where the containers of a document's upper levels begin and end: gathered by whoever walks the
 * bytes, so that {@link LazyJson} finds each without another walk.
 *
 * <p>{@link #begin} and {@link #end} are called for the containers in their order, each at least
 * down to {@link #LEVELS} below the root; deeper ones may be left out. Not thread-safe while
 * gathering, unchangeable afterwards.
 */
public final class ContainerOffsets {

  /**
   * Levels below the root that wait to be read. Two reach {@code metadata.managedFields} and {@code
   * spec.containers}; what is deeper is parsed with them.
   */
  public static final int LEVELS = 2;

  /**
   * A container of fewer bytes is parsed with the one around it: a parser for it alone takes more
   * memory than it has bytes.
   */
  private static final int SMALL = 512;

  /** Start, end and level of each container. */
  private static final int FIELDS = 3;

  /** Containers of a Pod's upper levels, and some more. */
  private static final int EXPECTED = 32;

  private int[] spans = new int[EXPECTED * FIELDS];
  private int count;
  private int level;
  private final int[] open = new int[LEVELS + 1];
  private final NameCount names;

  /**
   * An empty gathering.
   *
   * @param names counts the document's names, by whoever walks it
   */
  public ContainerOffsets(NameCount names) {
    this.names = names;
  }

  /**
   * The offset of the bracket that a parser over bytes is at, from where the parser began. Unlike
   * {@link JsonParser#currentTokenLocation()} it makes no object.
   */
  public static int offset(JsonParser parser) {
    return (int) ((ParserBase) parser).getTokenCharacterOffset() - 1;
  }

  /**
   * A container begins.
   *
   * @param at the index of its bracket in the document's bytes
   */
  public void begin(int at) {
    if (level <= LEVELS) {
      int i = count++ * FIELDS;
      if (i == spans.length) {
        spans = Arrays.copyOf(spans, spans.length * 2);
      }
      spans[i] = at;
      spans[i + 2] = level;
      open[level] = i;
    }
    level++;
  }

  /**
   * The innermost container ends.
   *
   * @param behind the index behind its closing bracket
   */
  public void end(int behind) {
    level--;
    if (level <= LEVELS) {
      int i = open[level];
      spans[i + 1] = behind;
      if (level > 0 && behind - spans[i] < SMALL) {
        // Those behind it are in it, and gone already.
        count = i / FIELDS;
      }
    }
  }

  /**
   * The document.
   *
   * @param json the bytes that were walked; valid JSON, not copied, and must not change
   */
  public ObjectNode object(byte[] json) {
    return (ObjectNode) source(json, 0).node(true);
  }

  /** Whether parsers of this document may leave its names to those after them. */
  boolean namesMayStay() {
    return names.mayStay();
  }

  /** Whether the children of a container are parsed with it. */
  boolean laziestBelow(int span) {
    return spans[span * FIELDS + 2] == LEVELS;
  }

  /** The bytes of a container with an empty array in the place of each child that waits. */
  byte[] own(LazyJson.Source parent) {
    int length = parent.to() - parent.from();
    for (int i = firstChild(parent); i < count; i = nextChild(parent, i)) {
      length -= endOf(i) - startOf(i) - 2;
    }
    byte[] own = new byte[length];
    int from = parent.from();
    int to = 0;
    for (int i = firstChild(parent); i < count; i = nextChild(parent, i)) {
      int gap = startOf(i) - from;
      System.arraycopy(parent.json(), from, own, to, gap);
      own[to + gap] = '[';
      own[to + gap + 1] = ']';
      to += gap + 2;
      from = endOf(i);
    }
    System.arraycopy(parent.json(), from, own, to, parent.to() - from);
    return own;
  }

  /** The children of a container that wait to be read, in their order. */
  Children children(LazyJson.Source parent) {
    return new Children(parent);
  }

  /** The children of a container that wait to be read, as a parser of {@link #own} meets them. */
  final class Children {

    private final LazyJson.Source parent;
    private int next;

    /** How much further behind the next one begins in the document. */
    private int offset;

    private Children(LazyJson.Source parent) {
      this.parent = parent;
      this.next = firstChild(parent);
      this.offset = parent.from();
    }

    /** Whether the next one is at this index of the container's own bytes. */
    boolean isNextAt(int index) {
      return next < count && startOf(next) - offset == index;
    }

    JsonNode next() {
      int child = next;
      next = nextChild(parent, child);
      offset += endOf(child) - startOf(child) - 2;
      return source(parent.json(), child).node(parent.json()[startOf(child)] == '{');
    }
  }

  private LazyJson.Source source(byte[] json, int span) {
    return new LazyJson.Source(json, startOf(span), endOf(span), this, span);
  }

  private int firstChild(LazyJson.Source parent) {
    return childFrom(parent, parent.span() + 1);
  }

  private int nextChild(LazyJson.Source parent, int child) {
    return childFrom(parent, child + 1);
  }

  /** The first child of a container at this place or behind it, or {@code count}. */
  private int childFrom(LazyJson.Source parent, int span) {
    int childLevel = spans[parent.span() * FIELDS + 2] + 1;
    for (int i = span; i < count && startOf(i) < parent.to(); i++) {
      if (spans[i * FIELDS + 2] == childLevel) {
        return i;
      }
    }
    return count;
  }

  private int startOf(int span) {
    return spans[span * FIELDS];
  }

  private int endOf(int span) {
    return spans[span * FIELDS + 1];
  }
}
