package io.usher.cel;

import java.util.ArrayList;
import java.util.List;

/** Functions of strings: the extension of CEL in its second version. Places are code points. */
final class StringFunctions {

  private static final int BYTES_OF_A_TEXT = 48;
  private static final int BYTES_OF_A_CHAR = 2;

  private StringFunctions() {}

  static void addTo(Library library) {
    library
        .add(
            "string_char_at_int .charAt string,int string",
            (a, m) -> charAt(text(a[0]), place(a[1])))
        .add(
            "string_index_of_string .indexOf string,string int",
            (a, m) -> indexOf(text(a[0]), text(a[1]), 0, m))
        .add(
            "string_index_of_string_int .indexOf string,string,int int",
            (a, m) -> indexOf(text(a[0]), text(a[1]), place(a[2]), m))
        .add(
            "string_last_index_of_string .lastIndexOf string,string int",
            (a, m) -> lastIndexOf(text(a[0]), text(a[1]), m))
        .add(
            "string_last_index_of_string_int .lastIndexOf string,string,int int",
            (a, m) -> lastIndexOf(text(a[0]), text(a[1]), place(a[2]), m))
        .add(
            "string_lower_ascii .lowerAscii string string",
            (a, m) -> made(ascii(text(a[0]), 'A', 'Z', 'a' - 'A'), m))
        .add(
            "string_upper_ascii .upperAscii string string",
            (a, m) -> made(ascii(text(a[0]), 'a', 'z', 'A' - 'a'), m))
        .add(
            "string_replace_string_string .replace string,string,string string",
            (a, m) -> replace(text(a[0]), text(a[1]), text(a[2]), -1, m))
        .add(
            "string_replace_string_string_int .replace string,string,string,int string",
            (a, m) -> replace(text(a[0]), text(a[1]), text(a[2]), place(a[3]), m))
        .add(
            "string_split_string .split string,string list<string>",
            (a, m) -> split(text(a[0]), text(a[1]), -1, m))
        .add(
            "string_split_string_int .split string,string,int list<string>",
            (a, m) -> split(text(a[0]), text(a[1]), place(a[2]), m))
        .add(
            "string_substring_int .substring string,int string",
            (a, m) -> made(substring(text(a[0]), place(a[1])), m))
        .add(
            "string_substring_int_int .substring string,int,int string",
            (a, m) -> made(substring(text(a[0]), place(a[1]), place(a[2])), m))
        .add("string_trim .trim string string", (a, m) -> made(trimmed(text(a[0])), m))
        .add("strings_quote strings.quote string string", (a, m) -> made(quoted(text(a[0])), m))
        .add("list_join .join list<string> string", (a, m) -> join((List<?>) a[0], "", m))
        .add(
            "list_join_string .join list<string>,string string",
            (a, m) -> join((List<?>) a[0], text(a[1]), m))
        .add(
            "string_format .format string,list<dyn> string",
            (a, m) -> FormatString.format(text(a[0]), (List<?>) a[1], m))
        .add(
            "string_jsonpatch_escapeKey_string jsonpatch.escapeKey string string",
            (a, m) -> made(text(a[0]).replace("~", "~0").replace("/", "~1"), m));
  }

  private static String text(Object value) {
    return (String) value;
  }

  private static long place(Object value) {
    return (Long) value;
  }

  /** Counts the memory of a text. */
  static Object made(Object value, Meter meter) {
    if (value instanceof String text) {
      meter.made(BYTES_OF_A_TEXT + (long) BYTES_OF_A_CHAR * text.length());
    }
    return value;
  }

  private static Fault outOfRange(long index) {
    return new Fault("index out of range: " + index);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static Object charAt(String text, long index) {
    int length = length(text);
    if (index < 0 || index > length) {
      return outOfRange(index);
    }
    if (index == length) {
      return "";
    }
    int at = text.offsetByCodePoints(0, (int) index);
    return Character.toString(text.codePointAt(at));
  }

  private static Object indexOf(String text, String part, long offset, Meter meter) {
    if (part.isEmpty()) {
      return offset;
    }
    if (offset < 0) {
      return outOfRange(offset);
    }
    if (offset >= length(text)) {
      return -1L;
    }
    meter.step();
    int at = new TextSearch(text, part).first(text.offsetByCodePoints(0, (int) offset));
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  private static Object lastIndexOf(String text, String part, Meter meter) {
    int length = length(text);
    if (part.isEmpty()) {
      return (long) length;
    }
    return Values.utf8Length(text) < Values.utf8Length(part)
        ? (Object) (-1L)
        : lastIndexOf(text, part, length - 1L, meter);
  }

  private static Object lastIndexOf(String text, String part, long offset, Meter meter) {
    if (part.isEmpty()) {
      return offset;
    }
    if (offset < 0) {
      return outOfRange(offset);
    }
    if (offset >= length(text)) {
      return -1L;
    }
    meter.step();
    int at = new TextSearch(text, part).last(text.offsetByCodePoints(0, (int) offset));
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  private static String ascii(String text, char first, char last, int by) {
    var changed = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= first && c <= last) {
        changed.setCharAt(i, (char) (c + by));
      }
    }
    return changed.toString();
  }

  private static Object replace(String text, String old, String with, long limit, Meter meter) {
    if (limit == 0) {
      return text;
    }
    var result = new StringBuilder();
    int from = 0;
    long left = limit < 0 ? Long.MAX_VALUE : limit;
    if (old.isEmpty()) {
      // Before each code point, and at the end.
      while (left-- > 0) {
        add(result, with, meter);
        if (from >= text.length()) {
          break;
        }
        int next = text.offsetByCodePoints(from, 1);
        result.append(text, from, next);
        from = next;
      }
    } else {
      var search = new TextSearch(text, old);
      for (int at = search.first(0); at >= 0 && left-- > 0; at = search.first(from)) {
        result.append(text, from, at);
        add(result, with, meter);
        from = at + old.length();
      }
    }
    result.append(text, from, text.length());
    return made(result.toString(), meter);
  }

  private static void add(StringBuilder result, String text, Meter meter) {
    meter.step();
    meter.made((long) BYTES_OF_A_CHAR * text.length());
    result.append(text);
  }

  private static Object split(String text, String separator, long limit, Meter meter) {
    var parts = new ArrayList<Object>();
    if (limit == 0) {
      return parts;
    }
    long most = limit < 0 ? Long.MAX_VALUE : limit;
    int from = 0;
    if (separator.isEmpty()) {
      while (from < text.length() && parts.size() < most - 1) {
        int next = text.offsetByCodePoints(from, 1);
        parts.add(part(text.substring(from, next), meter));
        from = next;
      }
      if (from < text.length()) {
        parts.add(part(text.substring(from), meter));
      }
      return parts;
    }
    var search = new TextSearch(text, separator);
    while (parts.size() < most - 1) {
      int at = search.first(from);
      if (at < 0) {
        break;
      }
      parts.add(part(text.substring(from, at), meter));
      from = at + separator.length();
    }
    parts.add(part(text.substring(from), meter));
    return parts;
  }

  private static String part(String text, Meter meter) {
    meter.step();
    meter.made(2 * Long.BYTES);
    made(text, meter);
    return text;
  }

  private static Object substring(String text, long start) {
    int length = length(text);
    return start < 0 || start > length
        ? outOfRange(start)
        : text.substring(text.offsetByCodePoints(0, (int) start));
  }

  private static Object substring(String text, long start, long end) {
    if (start > end) {
      return new Fault("invalid substring range. start: " + start + ", end: " + end);
    }
    int length = length(text);
    if (start < 0 || start > length) {
      return outOfRange(start);
    }
    if (end > length) {
      return outOfRange(end);
    }
    return text.substring(
        text.offsetByCodePoints(0, (int) start), text.offsetByCodePoints(0, (int) end));
  }

  private static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** As Unicode's property White_Space has it. */
  private static boolean isSpace(char c) {
    return c >= '\t' && c <= '\r' || c == 0x85 || Character.isSpaceChar(c);
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case 0x07 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 0x0b -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.appendCodePoint(c);
              }
            });
    return quoted.append('"').toString();
  }

  private static Object join(List<?> list, String separator, Meter meter) {
    var joined = new StringBuilder();
    boolean first = true;
    for (Object each : list) {
      if (!(each instanceof String part)) {
        return new Fault(
            "unsupported type conversion from '" + Values.typeName(each) + "' to string");
      }
      if (!first) {
        add(joined, separator, meter);
      }
      first = false;
      add(joined, part, meter);
    }
    return joined.toString();
  }
}
