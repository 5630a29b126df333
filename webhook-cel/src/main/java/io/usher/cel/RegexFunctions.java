package io.usher.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Regular expressions, which are RE2's: their time is linear. */
final class RegexFunctions {

  private RegexFunctions() {}

  static void addTo(Library library) {
    library
        .add("string_find_string .find string,string string", (a, m) -> run("find", null, a, m))
        .add(
            "string_find_all_string .findAll string,string list<string>",
            (a, m) -> run("findAll", null, a, m))
        .add(
            "string_find_all_string_int .findAll string,string,int list<string>",
            (a, m) -> run("findAll", null, a, m));
  }

  static boolean isRegex(String name) {
    return name.equals("matches") || name.equals("find") || name.equals("findAll");
  }

  /** The function with a pattern that is known, or with none. */
  static Function of(String name, @Nullable Pattern pattern) {
    return (a, m) -> run(name, pattern, a, m);
  }

  /** A pattern, or a fault. */
  static Object compiled(String pattern) {
    try {
      return Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      return new Fault(
          "error parsing regexp: "
              + e.getDescription()
              + (e.getPattern() == null ? "" : ": `" + e.getPattern() + '`'));
    }
  }

  private static Object run(String name, @Nullable Pattern known, Object[] values, Meter meter) {
    meter.step();
    if (!(values[0] instanceof String text) || !(values[1] instanceof String written)) {
      return name.equals("matches") && known == null && !(values[0] instanceof String)
          ? Fault.noOverload(name, values[0])
          : Fault.NO_OVERLOAD;
    }
    Object compiled = known == null ? compiled(written) : known;
    if (!(compiled instanceof Pattern pattern)) {
      return name.equals("matches")
          ? compiled
          : new Fault("Illegal regex: " + ((Fault) compiled).message());
    }
    var matcher = pattern.matcher(text);
    return switch (name) {
      case "matches" -> matcher.find();
      case "find" -> StringFunctions.made(matcher.find() ? matcher.group() : "", meter);
      default -> {
        long most = values.length > 2 && values[2] instanceof Long limit ? limit : -1;
        var all = new ArrayList<Object>();
        while ((most < 0 || all.size() < most) && matcher.find()) {
          meter.step();
          meter.made(Long.BYTES);
          all.add(StringFunctions.made(matcher.group(), meter));
        }
        yield all;
      }
    };
  }
}
