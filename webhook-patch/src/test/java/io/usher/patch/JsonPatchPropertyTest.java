package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What holds for the difference of any two documents. The system property {@code usher.patch.pairs}
 * sets how many pairs are tried (20,000), {@code usher.patch.seed} the seed. With {@code
 * usher.patch.pairs.file} the pairs are written to that file too, one JSON object a line, {@code
 * {"before": ..., "patch": [...], "after": ...}}, for other appliers to check.
 */
class JsonPatchPropertyTest {
  static final int PAIRS = Integer.getInteger("usher.patch.pairs", 20_000);
  static final long SEED = Long.getLong("usher.patch.seed", 20_261_123L);

  /** zjsonpatch takes the second half of an escaped tilde for the first half of another escape. */
  private static final Pattern MISREAD = Pattern.compile("~0[01]");

  private final Random random = new Random(SEED);
  private final RandomDocuments documents = new RandomDocuments(random);
  private final RandomEdit edit = new RandomEdit(random, documents);

  @Test
  void everyApplierGetsFromBeforeToAfterInAsManyStepsAsThereAreChanges() throws Exception {
    String file = System.getProperty("usher.patch.pairs.file");
    try (Writer out = file == null ? Writer.nullWriter() : Files.newBufferedWriter(Path.of(file));
        JsonGenerator lines = Json.MAPPER.createGenerator(out)) {
      lines.setRootValueSeparator(new SerializedString("\n"));
      for (int i = 0; i < PAIRS; i++) {
        check(i, lines);
      }
    }
  }

  private void check(int number, JsonGenerator lines) throws Exception {
    ObjectNode before = documents.next();
    ObjectNode after = edit.of(before);
    ObjectNode untouched = before.deepCopy();

    JsonPatch patch =
        JsonPatch.diff(
            before, after, PatchSchema.builtIn().forKind("", "v1", before.get("kind").asText()));

    Supplier<String> pair =
        () -> "seed " + SEED + ", pair " + number + ": " + before + " to " + after + ": " + patch;
    assertThat(before).as(pair).isEqualTo(untouched);
    assertThat(patch.size()).as(pair).isLessThanOrEqualTo(edit.changes());
    assertThat(JsonPatch.diff(after, after.deepCopy(), StructSchema.none()).isEmpty())
        .as(pair)
        .isTrue();
    assertThat(JsonEquality.equal(patch.apply(before), after)).as(pair).isTrue();
    JsonNode json = patch.toJson();
    if (patch.operations().stream()
        .noneMatch(operation -> MISREAD.matcher(operation.path()).find())) {
      assertThat(JsonEquality.equal(io.fabric8.zjsonpatch.JsonPatch.apply(json, before), after))
          .as(pair)
          .isTrue();
    }
    write(lines, before, patch, after);
  }

  private static void write(JsonGenerator lines, JsonNode before, JsonPatch patch, JsonNode after)
      throws IOException {
    lines.writeStartObject();
    lines.writeFieldName("before");
    lines.writeTree(before);
    lines.writeFieldName("patch");
    patch.writeTo(lines);
    lines.writeFieldName("after");
    lines.writeTree(after);
    lines.writeEndObject();
  }
}
