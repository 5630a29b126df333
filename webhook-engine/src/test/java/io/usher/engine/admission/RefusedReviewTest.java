package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no proper review gets a {@code Status} that says why, and no rule sees it. */
class RefusedReviewTest {

  private static final ReviewLimits SMALL = new ReviewLimits(4_000, 100, 20, 200, 30);

  @Test
  void emptyBody() {
    assertRefused("", "the body is empty");
    assertRefused(" \n\t", "the body ends too early");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      []                      | the body is not an object
      7                       | the body is not an object
      "review"                | the body is not an object
      null                    | the body is not an object
      nonsense                | Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') at line: 1, column: 1
      {'a':1}                 | Unexpected character (''' (code 39)): was expecting double-quote to start field name at line: 1, column: 2
      {a:1}                   | Unexpected character ('a' (code 97)): was expecting double-quote to start field name at line: 1, column: 2
      {"a":1,}                | Unexpected character ('}' (code 125)): was expecting double-quote to start field name at line: 1, column: 8
      {"a":[1,]}              | Unexpected character (']' (code 93)): expected a value at line: 1, column: 9
      {"a" 1}                 | Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value at line: 1, column: 6
      {"a":NaN}               | Non-standard token 'NaN': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow at line: 1, column: 9
      {"a":-Infinity}         | Non-standard token '-Infinity': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow at line: 1, column: 15
      {"a":+1}                | Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs: enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow at line: 1, column: 7
      {"a":01}                | Invalid numeric value: Leading zeroes not allowed at line: 1, column: 7
      {"a":.5}                | Unexpected character ('.' (code 46)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false') at line: 1, column: 6
      {"a":1.}                | Unexpected character ('}' (code 125)) in numeric value: Decimal point not followed by a digit at line: 1, column: 8
      {"a":0x1}               | Unexpected character ('x' (code 120)): was expecting comma to separate Object entries at line: 1, column: 7
      {"a":tru}               | Unrecognized token 'tru': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') at line: 1, column: 6
      {"a":1/*x*/}            | Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser) at line: 1, column: 7
      {"a":1//}               | Unexpected character ('/' (code 47)): maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser) at line: 1, column: 7
      {"a":"\\x"}           | Unrecognized character escape 'x' (code 120) at line: 1, column: 8
      {"a":"\\u12g4"}       | Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence at line: 1, column: 11
      {"a":"\\ud8"}         | Unexpected character ('"' (code 34)): expected a hex-digit for character escape sequence at line: 1, column: 11
      {"a":"\u0001"}         | Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash to be included in string value at line: 1, column: 7
      {"a\u0001":1}          | Illegal unquoted character ((CTRL-CHAR, code 1)): has to be escaped using backslash to be included in name at line: 1, column: 4
      {"a":1]                 | Unexpected close marker ']': expected '}' (for Object starting at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]) at line: 1, column: 7
      {"a":[1}                | Unexpected close marker '}': expected ']' (for Array starting at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 6]) at line: 1, column: 8
      """)
  void noJson(String body, String message) {
    assertRefused(body, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "}", "]", ",", "null", "{}", "//", "\0", "\u000b", "\u00a0"})
  void moreBehindTheReview(String more) {
    assertRefused(
        text(review(Map.of())) + " \n" + more, "there is more behind the review, at byte 347");
  }

  @Test
  void secondReview() {
    String review = text(review(Map.of()));
    assertRefused(review + review, "there is more behind the review, at byte 345");
  }

  @Test
  void whiteSpaceAroundTheReviewIsNone() {
    String review = text(review(Map.of()));
    byte[] body = (" \t\r\n" + review + " \t\r\n").getBytes(UTF_8);
    assertThat(ReviewFixtures.answer(handler(SMALL), body).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {}                                                           | apiVersion "", kind "" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"apiVersion":"admission.k8s.io/v1"}                         | apiVersion "admission.k8s.io/v1", kind "" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"AdmissionReview"}                                   | apiVersion "", kind "AdmissionReview" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"} | apiVersion "admission.k8s.io/v2", kind "AdmissionReview" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"AdmissionReview","apiVersion":"v1"}                 | apiVersion "v1", kind "AdmissionReview" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"admissionreview","apiVersion":"admission.k8s.io/v1"} | apiVersion "admission.k8s.io/v1", kind "admissionreview" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"ConversionReview","apiVersion":"apiextensions.k8s.io/v1"} | apiVersion "apiextensions.k8s.io/v1", kind "ConversionReview" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"Kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"} | apiVersion "admission.k8s.io/v1", kind "" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":7}                                                   | /kind is not a string
      {"apiVersion":{}}                                            | /apiVersion is not a string
      {"kind":null,"apiVersion":null}                              | apiVersion "", kind "" is not AdmissionReview of admission.k8s.io/v1 or v1beta1
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"} | request is missing
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null} | request is missing
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}} | request.uid is missing
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":[]} | /request is not an object
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":"x"} | /request is not an object
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u-1"}} | request is missing
      """)
  void wrongEnvelope(String body, String message) {
    assertRefused(body, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      uid                | 7               | /request/uid is not a string
      uid                | ""              | request.uid is missing
      uid                | null            | request.uid is missing
      uid                |                 | request.uid is missing
      kind               | "Pod"           | /request/kind is not an object
      kind               | {"kind":7}      | /request/kind/kind is not a string
      kind               | {"group":[]}    | /request/kind/group is not a string
      kind               | null            | request.kind is missing
      kind               |                 | request.kind is missing
      resource           | []              | /request/resource is not an object
      resource           | {"resource":{}} | /request/resource/resource is not a string
      resource           | null            | request.resource is missing
      resource           |                 | request.resource is missing
      subResource        | false           | /request/subResource is not a string
      requestKind        | 1               | /request/requestKind is not an object
      requestResource    | 1               | /request/requestResource is not an object
      requestSubResource | ["status"]      | /request/requestSubResource is not a string
      name               | {}              | /request/name is not a string
      namespace          | 1.5             | /request/namespace is not a string
      operation          | "PATCH"         | request.operation "PATCH" is not CREATE, UPDATE, DELETE or CONNECT
      operation          | "create"        | request.operation "create" is not CREATE, UPDATE, DELETE or CONNECT
      operation          | ["CREATE"]      | /request/operation is not a string
      operation          | null            | request.operation "" is not CREATE, UPDATE, DELETE or CONNECT
      operation          |                 | request.operation is missing
      userInfo           | 3               | /request/userInfo is not an object
      userInfo           | {"username":[]} | /request/userInfo/username is not a string
      userInfo           | {"uid":true}    | /request/userInfo/uid is not a string
      userInfo           | {"groups":"g"}  | /request/userInfo/groups is not an array
      userInfo           | {"groups":[1]}  | /request/userInfo/groups/0 is not a string
      userInfo           | {"groups":[["g"]]} | /request/userInfo/groups/0 is not a string
      userInfo           | {"extra":[]}    | /request/userInfo/extra is not an object
      userInfo           | {"extra":{"a":"b"}} | /request/userInfo/extra/a is not an array
      userInfo           | {"extra":{"a":[{}]}} | /request/userInfo/extra/a/0 is not a string
      dryRun             | "yes"           | /request/dryRun is not true or false
      dryRun             | 0               | /request/dryRun is not true or false
      object             | []              | /request/object is not an object
      object             | "Pod"           | /request/object is not an object
      object             | false           | /request/object is not an object
      oldObject          | 1               | /request/oldObject is not an object
      options            | []              | /request/options is not an object
      """)
  void wrongMember(String member, @Nullable String value, String message) {
    var members = new HashMap<String, @Nullable String>();
    members.put(member, value);
    assertRefused(text(review(members)), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      requestKind | null
      requestResource | null
      requestSubResource | null
      subResource | null
      name | null
      name |
      namespace | null
      namespace |
      userInfo | null
      userInfo |
      userInfo | {}
      userInfo | {"username":null,"uid":null,"groups":null,"extra":null}
      userInfo | {"extra":{"a":null},"later":[{}]}
      dryRun | null
      dryRun |
      object | null
      object |
      object | {}
      oldObject |
      options |
      kind | {"kind":"Pod","later":{"a":[1]}}
      fieldFromTheFuture | {"a":[{"b":null}]}
      anotherOne | 7
      """)
  void memberThatMayBeNullAbsentOrNew(String member, @Nullable String value) {
    var members = new HashMap<String, @Nullable String>();
    members.put(member, value);

    ReviewAnswer answer = ReviewFixtures.answer(handler(SMALL), review(members));

    assertThat(text(answer.body()))
        .isEqualTo(
            "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\","
                + "\"response\":{\"uid\":\"u-1\",\"allowed\":true}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      object   | {"kind":"Pod","kind":"Pod"}                       | duplicate name "kind" at /request/object/kind
      object   | {"spec":{"a":[{"b":1},{"c":1,"d":2,"c":3}]}}      | duplicate name "c" at /request/object/spec/a/1/c
      object   | {"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1,"\\u0078":2}]} | duplicate name "x" at /request/object/c/1/x
      object   | {"":1,"":2}                                       | duplicate name "" at /request/object/
      object   | {"a/b":{"c~d":{"e":1,"e":1}}}                     | duplicate name "e" at /request/object/a~1b/c~0d/e
      userInfo | {"username":"jane","username":"root"}             | duplicate name "username" at /request/userInfo/username
      userInfo | {"extra":{"a":[],"a":[]}}                         | duplicate name "a" at /request/userInfo/extra/a
      kind     | {"kind":"Pod","kind":"Node"}                      | duplicate name "kind" at /request/kind/kind
      later    | {"x":1,"x":1}                                     | duplicate name "x" at /request/later/x
      options  | {"dryRun":[],"dryRun":[]}                         | duplicate name "dryRun" at /request/options/dryRun
      """)
  void nameTwice(String member, String value, String message) {
    assertRefused(text(review(Map.of(member, value))), message);
  }

  @Test
  void memberTwice() {
    String review = text(review(Map.of()));
    assertRefused(
        review.replace("\"name\":", "\"uid\":\"u-2\",\"name\":"),
        "duplicate name \"uid\" at /request/uid");
    assertRefused(review.replaceFirst(",", ",\"kind\":\"x\","), "duplicate name \"kind\" at /kind");
    assertRefused(
        review.replaceFirst("}}$", "},\"request\":{}}"), "duplicate name \"request\" at /request");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 15, 16, 17, 18, 34})
  void nameTwiceAmongMany(int count) {
    var names = IntStream.range(0, count).mapToObj(i -> "\"n" + i + "\":1").toList();
    String all = String.join(",", names);

    for (int twice : new int[] {0, count / 2, count - 1}) {
      assertRefused(
          text(review(Map.of("object", "{\"spec\":{" + all + ",\"n" + twice + "\":1}}"))),
          "duplicate name \"n" + twice + "\" at /request/object/spec/n" + twice);
    }
    // The next object of the same depth starts afresh.
    assertThat(
            ReviewFixtures.answer(
                    handler(SMALL),
                    review(Map.of("object", "{\"a\":{" + all + "},\"b\":{\"n0\":1}}")))
                .status())
        .isEqualTo(200);
  }

  @Test
  void everyPrefixOfAReview() {
    byte[] body = review(Map.of("object", "{\"a\":[1.5,\"\\u00e9ü🎭\",true,null,-2e3]}"));
    for (int length = 0; length < body.length; length++) {
      ReviewAnswer answer = ReviewFixtures.answer(handler(SMALL), Arrays.copyOf(body, length));
      assertThat(answer.status()).as("%d bytes", length).isEqualTo(400);
      assertThat(text(answer.body())).contains("\"message\":\"decode AdmissionReview: ");
    }
    assertThat(ReviewFixtures.answer(handler(SMALL), body).status()).isEqualTo(200);
  }

  @Test
  void truncatedBody() {
    String review = text(review(Map.of()));
    assertRefused(
        review.substring(0, 1),
        "Unexpected end-of-input: expected close marker for Object (start marker at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]) at line: 1, column: 2");
    assertRefused(
        review.substring(0, 40), "Unexpected end-of-input in VALUE_STRING at line: 1, column: 41");
    assertRefused(
        review.substring(0, review.length() - 1),
        "Unexpected end-of-input: expected close marker for Object (start marker at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1]) at line: 1, column: 345");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void otherCharset(String charset) {
    byte[] body = text(review(Map.of())).getBytes(Charset.forName(charset));
    assertRefused(
        body,
        400,
        "decode AdmissionReview: the body is not UTF-8 without a byte order mark (byte 0)");
    if (charset.equals("UTF-16LE")) {
      byte[] marked = concat(new byte[] {(byte) 0xFF, (byte) 0xFE}, body);
      assertRefused(
          marked,
          400,
          "decode AdmissionReview: the body is not UTF-8 without a byte order mark (byte 0)");
    }
  }

  @Test
  void byteOrderMark() {
    assertRefused(
        "\ufeff" + text(review(Map.of())),
        "the body is not UTF-8 without a byte order mark (byte 0)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // a continuation alone
        "c3", // a sequence cut off by the quote
        "e2 82",
        "f0 9f 8e",
        "c0 80", // overlong
        "c1 bf",
        "e0 80 af",
        "f0 80 80 af",
        "ed a0 80", // halves of a surrogate pair
        "ed bf bf",
        "ed a0 bd ed b8 80",
        "f4 90 80 80", // beyond U+10FFFF
        "f8 88 80 80 80",
        "ff",
        "c3 28",
      })
  void stringOrNameThatIsNotUtf8(String hex) {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    for (String object : List.of("{\"a\":\"@\"}", "{\"a@\":1}")) {
      String review = text(review(Map.of("object", object)));
      int at = review.indexOf('@');
      byte[] body =
          concat(
              review.substring(0, at).getBytes(UTF_8),
              bytes,
              review.substring(at + 1).getBytes(UTF_8));
      assertRefused(
          body,
          400,
          "decode AdmissionReview: the body is not UTF-8 without a byte order mark (byte "
              + at
              + ")");
    }
  }

  @Test
  void hundredThousandArrays() {
    String arrays = "[".repeat(100_000);
    String closed = arrays + "]".repeat(100_000);
    assertRefused(
        ReviewLimits.DEFAULT,
        arrays.getBytes(UTF_8),
        400,
        "decode AdmissionReview: the body is not an object");
    for (String object : List.of("{\"a\":" + arrays, "{\"a\":" + closed + "}")) {
      assertRefused(
          ReviewLimits.DEFAULT,
          review(Map.of("object", object)),
          400,
          exceeds("Document nesting depth", 501, 500, "getMaxNestingDepth"));
    }
  }

  @Test
  void nestingUpToTheLimit() {
    // The review, its request and the object are the first three levels.
    assertLimit(
        17,
        18,
        n -> "{\"a\":" + "[".repeat(n) + "]".repeat(n) + "}",
        400,
        exceeds("Document nesting depth", 21, 20, "getMaxNestingDepth"));
    assertLimit(
        17,
        18,
        n -> "{\"a\":".repeat(n) + "{}" + "}".repeat(n),
        400,
        exceeds("Document nesting depth", 21, 20, "getMaxNestingDepth"));
  }

  @Test
  void numbersUpToTheLimit() {
    assertLimit(
        30,
        31,
        n -> "{\"a\":" + "9".repeat(n) + "}",
        400,
        exceeds("Number value length", 31, 30, "getMaxNumberLength"));
    assertLimit(
        30,
        31,
        n -> "{\"a\":[0." + "1".repeat(n - 1) + "]}",
        400,
        exceeds("Number value length", 31, 30, "getMaxNumberLength"));
    assertLimit(
        1,
        40,
        n -> "{\"a\":1e" + "1".repeat(n) + "}",
        400,
        exceeds("Number value length", 41, 30, "getMaxNumberLength"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e", "1.5E-", "1e+"})
  void exponentsUpToWhatADecimalHolds(String number) {
    assertLimit(
        9,
        10,
        n -> "{\"a\":[" + number + "9".repeat(n) + "]}",
        400,
        "decode AdmissionReview: /request/object/a/0 has an exponent of more than 9 digits: "
            + number
            + "9".repeat(10));
  }

  @Test
  void stringsUpToTheLimit() {
    assertLimit(
        200,
        201,
        n -> "{\"a\":\"" + "x".repeat(n) + "\"}",
        400,
        "decode AdmissionReview: /request/object/a has more than 200 characters");
    assertLimit(
        200,
        201,
        n -> "{\"a\":[\"" + "ü".repeat(n) + "\"]}",
        400,
        "decode AdmissionReview: /request/object/a/0 has more than 200 characters");
    assertLimit(
        200,
        201,
        n -> "{\"" + "x".repeat(n) + "\":1}",
        400,
        exceeds("Name length", 201, 200, "getMaxNameLength"));
    assertRefused(
        text(review(Map.of("name", "\"" + "x".repeat(201) + "\""))),
        "/request/name has more than 200 characters");
  }

  @Test
  void valuesUpToTheLimit() {
    // The review without an object has 22 values, and "a" is one more.
    String message = "decode AdmissionReview: more than 100 JSON values";
    assertLimit(76, 77, n -> "{\"a\":[" + "1,".repeat(n) + "1]}", 413, message);
    assertLimit(76, 77, n -> "{\"a\":[" + "{},".repeat(n) + "[]]}", 413, message);
  }

  @Test
  void bytesUpToTheLimit() {
    byte[] review = review(Map.of());
    assertThat(ReviewFixtures.answer(handler(SMALL), Arrays.copyOf(review, 4_000)).status())
        .isEqualTo(400);
    byte[] padded = concat(review, " ".repeat(4_000 - review.length).getBytes(UTF_8));
    assertThat(ReviewFixtures.answer(handler(SMALL), padded).status()).isEqualTo(200);
    assertRefused(concat(padded, new byte[] {' '}), 413, "the body has more than 4000 bytes");
  }

  @Test
  void longPartsOfTheBodyAreNotQuotedWhole() {
    String name = "n".repeat(1_000_000);
    byte[] twice = review(Map.of("object", "{\"a\":{\"" + name + "\":1,\"" + name + "\":1}}"));
    byte[] operation = review(Map.of("operation", "\"" + name + "\""));
    byte[] type = review(Map.of("userInfo", "{\"extra\":{\"" + name + "\":1}}"));
    byte[] token = name.getBytes(UTF_8);
    for (byte[] body : List.of(twice, operation, type, token)) {
      ReviewAnswer answer = ReviewFixtures.answer(handler(ReviewLimits.DEFAULT), body);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).hasSizeLessThan(1_000);
    }
  }

  private static byte[] review(Map<String, @Nullable String> members) {
    var request = new LinkedHashMap<String, @Nullable String>();
    request.put("uid", "\"u-1\"");
    request.put("kind", "{\"group\":\"\",\"version\":\"v1\",\"kind\":\"Pod\"}");
    request.put("resource", "{\"group\":\"\",\"version\":\"v1\",\"resource\":\"pods\"}");
    request.put("name", "\"web\"");
    request.put("namespace", "\"shop\"");
    request.put("operation", "\"CREATE\"");
    request.put("userInfo", "{\"username\":\"jane\"}");
    request.put("object", "{\"kind\":\"Pod\"}");
    request.put("oldObject", "null");
    request.put("dryRun", "false");
    request.put("options", "null");
    request.putAll(members);
    return request.entrySet().stream()
        .filter(member -> member.getValue() != null)
        .map(member -> "\"" + member.getKey() + "\":" + member.getValue())
        .collect(
            Collectors.joining(
                ",",
                "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{",
                "}}"))
        .getBytes(UTF_8);
  }

  private static AdmissionHandler handler(ReviewLimits limits) {
    return ReviewFixtures.handler(Phase.MUTATING, limits, context -> Decision.allow());
  }

  /** Asserts that an object of this size passes, and one of that size is refused. */
  private static void assertLimit(
      int within, int beyond, IntFunction<String> object, int code, String message) {
    byte[] good = review(Map.of("object", object.apply(within)));
    assertThat(text(ReviewFixtures.answer(handler(SMALL), good).body()))
        .contains("\"allowed\":true");
    assertRefused(review(Map.of("object", object.apply(beyond))), code, message);
  }

  private static void assertRefused(String body, String message) {
    assertRefused(body.getBytes(UTF_8), 400, "decode AdmissionReview: " + message);
  }

  private static void assertRefused(byte[] body, int code, String message) {
    assertRefused(SMALL, body, code, message);
  }

  private static void assertRefused(ReviewLimits limits, byte[] body, int code, String message) {
    ReviewAnswer answer = ReviewFixtures.answer(handler(limits), body);

    assertThat(text(answer.body()))
        .isEqualTo(
            JsonNodeFactory.instance
                .objectNode()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .<ObjectNode>set("metadata", JsonNodeFactory.instance.objectNode())
                .put("status", "Failure")
                .put("message", message)
                .put("reason", code == 413 ? "RequestEntityTooLarge" : "BadRequest")
                .put("code", code)
                .toString());
    assertThat(answer.status()).isEqualTo(code);
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(answer.retryAfterSeconds()).isZero();
  }

  /** The parser's words. */
  private static String exceeds(String what, int actual, int limit, String constraint) {
    return "decode AdmissionReview: %s (%d) exceeds the maximum allowed (%d, from `StreamReadConstraints.%s()`)"
        .formatted(what, actual, limit, constraint);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
