package io.usher.cel;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes expressions that mostly can be parsed, of the bytes of a fuzzer. */
public final class ExpressionMaker {

  private static final int MAX_DEPTH = 8;
  private static final int MAX_PARTS = 60;

  private static final String[] LITERALS = {
    "0",
    "1",
    "-1",
    "2u",
    "1.5",
    "1e308",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615u",
    "true",
    "false",
    "null",
    "''",
    "'a'",
    "'1Gi'",
    "'a,b'",
    "'10.0.0.1'",
    "'😀'",
    "b'x'",
    "[]",
    "{}",
    "[1, 2]",
    "['a', 'b']",
    "{'a': 1}",
    "{1: 'a', 2u: 'b'}",
    "duration('1h')",
    "timestamp('2026-01-02T03:04:05Z')",
    "quantity('1.5Gi')",
    "ip('::1')",
    "cidr('10.0.0.0/8')",
    "url('https://a:1/b?c=d')",
    "semver('1.2.3')",
    "optional.none()",
    "optional.of(1)",
    "format.dns1123Label()",
    "int",
    "string"
  };
  private static final String[] PATTERNS = {
    "a+|b",
    "(?i)^[^a]{2,}?$",
    "((a{1000}){1000}){1000}",
    "(a{10}b?){0,90}",
    "(((((((((((a*)*)*)*)*)*)*)*)*)*)*)*",
    "(?:(?:(?:x?){10}){10}){10}",
    "[[:alpha:]\\\\pL]{1000}",
    "a{1001}",
    "(",
    "[",
    "(?P<n>a)|\\\\Q(\\\\E"
  };
  private static final String[] OPERATORS = {
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"
  };
  private static final String[] FIELDS = {
    "metadata",
    "name",
    "labels",
    "data",
    "spec",
    "list",
    "big",
    "a",
    "b",
    "operation",
    "userInfo",
    "groups",
    "__namespace__",
    "missing"
  };
  private static final String[] MEMBERS = {
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "indexOf",
    "lastIndexOf",
    "split",
    "join",
    "replace",
    "substring",
    "lowerAscii",
    "upperAscii",
    "trim",
    "charAt",
    "find",
    "findAll",
    "format",
    "sum",
    "min",
    "max",
    "isSorted",
    "sort",
    "reverse",
    "distinct",
    "flatten",
    "slice",
    "first",
    "last",
    "value",
    "hasValue",
    "orValue",
    "or",
    "isGreaterThan",
    "compareTo",
    "add",
    "sub",
    "asInteger",
    "isInteger",
    "sign",
    "family",
    "containsIP",
    "containsCIDR",
    "masked",
    "prefixLength",
    "ip",
    "getHost",
    "getPort",
    "getQuery",
    "getHours",
    "getFullYear",
    "major",
    "minor",
    "patch",
    "validate",
    "check",
    "allowed",
    "reason",
    "group",
    "resource",
    "namespace",
    "name",
    "path",
    "serviceAccount",
    "fieldSelector",
    "labelSelector",
    "unwrapOpt"
  };
  private static final String[] FUNCTIONS = {
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "dyn",
    "type",
    "duration",
    "timestamp",
    "quantity",
    "isQuantity",
    "ip",
    "isIP",
    "cidr",
    "isCIDR",
    "url",
    "isURL",
    "semver",
    "isSemver",
    "sets.contains",
    "sets.equivalent",
    "sets.intersects",
    "lists.range",
    "optional.of",
    "optional.ofNonZeroValue",
    "optional.unwrap",
    "strings.quote",
    "ip.isCanonical",
    "format.named",
    "jsonpatch.escapeKey",
    "math.greatest"
  };
  private static final String[] LOOPS = {
    "all", "exists", "exists_one", "map", "filter", "sortBy", "optMap", "optFlatMap"
  };
  private static final String[] LOOPS_OF_TWO = {
    "all", "exists", "existsOne", "transformList", "transformMap", "transformMapEntry"
  };

  private final FuzzedDataProvider data;
  private final List<String> names;
  private int depth;
  private int parts;

  /**
   * A maker.
   *
   * @param names the variables that there are
   */
  public ExpressionMaker(FuzzedDataProvider data, List<String> names) {
    this.data = data;
    this.names = new ArrayList<>(names);
  }

  /** The next expression. */
  public String next() {
    parts = 0;
    return expression();
  }

  private String expression() {
    if (++parts > MAX_PARTS || depth >= MAX_DEPTH || data.remainingBytes() == 0) {
      return leaf();
    }
    depth++;
    String made =
        switch (data.consumeInt(0, 14)) {
          case 0, 1 -> leaf();
          case 2, 3 ->
              '(' + expression() + ' ' + data.pickValue(OPERATORS) + ' ' + expression() + ')';
          case 4 -> data.pickValue(new String[] {"!", "-"}) + expression();
          case 5 -> expression() + '.' + data.pickValue(FIELDS);
          case 6 -> "has(" + expression() + '.' + data.pickValue(FIELDS) + ')';
          case 7 -> expression() + data.pickValue(new String[] {"[", "[?"}) + expression() + ']';
          case 8 -> expression() + '.' + data.pickValue(MEMBERS) + arguments();
          case 9 -> data.pickValue(FUNCTIONS) + arguments();
          case 10, 11 -> loop();
          case 12 -> '(' + expression() + " ? " + expression() + " : " + expression() + ')';
          case 13 -> match();
          default -> made();
        };
    depth--;
    return made;
  }

  private String leaf() {
    return data.consumeBoolean() && !names.isEmpty()
        ? names.get(data.consumeInt(0, names.size() - 1))
        : data.pickValue(LITERALS);
  }

  /** A pattern that is much, or none, as it is written in a schema. */
  public static String pattern(FuzzedDataProvider data) {
    return (data.consumeBoolean() ? "(?:" : "")
        + data.pickValue(PATTERNS).replace("\\\\", "\\").repeat(data.consumeInt(1, 40))
        + data.pickValue(new String[] {"", "|", ")", "){2}", "{500}", "*"});
  }

  /** A call with a pattern that is much, written down or made when it runs. */
  private String match() {
    String pattern = '\'' + data.pickValue(PATTERNS) + '\'';
    String many = "lists.range(" + data.pickValue(new String[] {"3", "400", "1001"}) + ").map(n, ";
    String part = data.pickValue(new String[] {"'('", "'(?:'", "'a?'", "'a{9}'", pattern});
    String close = data.pickValue(new String[] {"')'", "')*'", "'b)'", "''"});
    return expression()
        + data.pickValue(new String[] {".matches(", ".find(", ".findAll("})
        + (data.consumeBoolean()
            ? pattern
            : many + part + ").join() + " + leaf() + " + " + many + close + ").join()")
        + ')';
  }

  private String arguments() {
    return IntStream.range(0, data.consumeInt(0, 3))
        .mapToObj(i -> expression())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  private String loop() {
    boolean two = data.consumeBoolean();
    String head =
        expression()
            + '.'
            + data.pickValue(two ? LOOPS_OF_TWO : LOOPS)
            + (two ? "(k, v, " : "(v, ");
    names.add("v");
    if (two) {
      names.add("k");
    }
    String whole = head + expression() + (data.consumeBoolean() ? ", " + expression() : "") + ')';
    names.remove("v");
    if (two) {
      names.remove("k");
    }
    return whole;
  }

  private String made() {
    return switch (data.consumeInt(0, 3)) {
      case 0 -> '[' + expression() + ", " + expression() + ']';
      case 1 -> '{' + expression() + ": " + expression() + '}';
      case 2 ->
          "JSONPatch{op: "
              + expression()
              + ", path: "
              + expression()
              + ", value: "
              + expression()
              + '}';
      default -> "Object{metadata: Object.metadata{labels: " + expression() + "}}";
    };
  }
}
