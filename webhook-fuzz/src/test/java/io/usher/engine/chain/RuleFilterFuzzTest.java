package io.usher.engine.chain;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.rule.LabelSelector;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A glob selects what the textbook's algorithm selects. */
class RuleFilterFuzzTest {

  private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
  private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

  /** A glob, a space, a name. */
  @FuzzTest
  void globs(byte[] bytes) {
    String[] globAndName = new String(bytes, StandardCharsets.UTF_8).split(" ", 2);
    if (globAndName.length < 2 || globAndName[1].isEmpty()) {
      return;
    }
    String glob = globAndName[0];
    String name = globAndName[1];
    var filter =
        new RuleFilter(
            new RuleMatch(
                Set.of(Operation.CREATE),
                List.of(new ResourceMatch("", "v1", "pods", "")),
                Scope.ANY,
                List.of(),
                List.of(glob),
                LabelSelector.EVERYTHING));

    assertThat(filter.accepts(request(name), null)).isEqualTo(matches(glob, name));
  }

  /** Row by row over the glob, column by column over the text. */
  private static boolean matches(String glob, String text) {
    var row = new boolean[text.length() + 1];
    row[0] = true;
    for (char each : glob.toCharArray()) {
      var next = new boolean[row.length];
      next[0] = each == '*' && row[0];
      for (int i = 1; i < row.length; i++) {
        next[i] = each == '*' ? row[i] || next[i - 1] : row[i - 1] && each == text.charAt(i - 1);
      }
      row = next;
    }
    return row[text.length()];
  }

  private static AdmissionRequest request(String name) {
    return new AdmissionRequest(
        "1",
        POD,
        PODS,
        "",
        POD,
        PODS,
        "",
        name,
        "default",
        Operation.CREATE,
        new UserInfo("somebody", "", List.of(), Map.of()),
        false,
        null,
        null,
        null);
  }
}
