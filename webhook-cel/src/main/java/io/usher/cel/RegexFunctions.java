package io.usher.cel;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Functions of regular expressions. */
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
  static Function of(String name, @Nullable Regex pattern) {
    return (a, m) -> run(name, pattern, a, m);
  }

  /** A {@link Regex}, or a fault. */
  static Object compiled(String pattern) {
    try {
      return Regex.of(pattern);
    } catch (ConditionException e) {
      return new Fault(String.valueOf(e.getMessage()));
    }
  }

  private static Object run(String name, @Nullable Regex known, Object[] values, Meter meter) {
    meter.step();
    if (!(values[0] instanceof String text) || !(values[1] instanceof String written)) {
      return name.equals("matches") && known == null && !(values[0] instanceof String)
          ? Fault.noOverload(name, values[0])
          : Fault.NO_OVERLOAD;
    }
    if (known != null) {
      return run(name, known, text, values, meter);
    }
    meter.checkTime();
    Object compiled = compiled(written);
    if (!(compiled instanceof Regex regex)) {
      return name.equals("matches")
          ? compiled
          : new Fault("Illegal regex: " + ((Fault) compiled).message());
    }
    meter.made(regex.bytes());
    Object value = run(name, regex, text, values, meter);
    meter.dropped(regex.bytes());
    return value;
  }

  private static Object run(String name, Regex regex, String text, Object[] values, Meter meter) {
    Matcher matcher = regex.matcher(text, meter);
    return switch (name) {
      case "matches" -> Regex.find(matcher);
      case "find" -> StringFunctions.made(Regex.find(matcher) ? matcher.group() : "", meter);
      default -> {
        long most = values.length > 2 && values[2] instanceof Long limit ? limit : -1;
        var all = new ArrayList<Object>();
        while ((most < 0 || all.size() < most) && Regex.find(matcher)) {
          meter.step();
          meter.made(Long.BYTES);
          all.add(StringFunctions.made(matcher.group(), meter));
        }
        yield all;
      }
    };
  }
}
