package io.usher.e2e;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Masks what no two servers have in common: uids, times and ages, versions, addresses. */
final class StepMask {

  private static final Map<Pattern, String> MASKS = new LinkedHashMap<>();

  static {
    mask("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID");
    mask("https?://(127\\.0\\.0\\.1|localhost):\\d+", "URL");
    mask("(\"serverAddress\":\\s*)\"[^\"]*\"", "$1ADDRESS");
    mask("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "TIME");
    mask("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}", "TIME");
    mask("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [+-]\\d{4} \\w+", "TIME");
    // a line of klog
    mask("(?m)^[EWI]\\d{4} [\\d:.]+ +\\d+", "LOG");
    mask("\\b10\\.(0|96)\\.\\d+\\.\\d+", "CLUSTER-IP");
    mask("(resourceVersion\"?: ?)\"?\\d+\"?", "$1VERSION");
    mask("(?<=ResourceVersion in record \\()\\d+", "VERSION");
    // a whole object, managedFields and all, as text within a message
    mask("(Invalid value: \\\\*\")\\{.*?}(?=\\\\*\": json:)", "$1OBJECT");
    mask("kube-api-access-\\w{5}", "kube-api-access-SUFFIX");
    mask("(?<=:)3[0-2]\\d{3}(?=/TCP)", "NODE-PORT");
    mask("(nodePort\"?:) \\d+", "$1 NODE-PORT");
    // alone in its column
    mask("(?m)(?<=\\s)(\\d+[smhd]){1,2}(?=\\s|$)", "AGE");
  }

  private StepMask() {}

  private static void mask(String pattern, String by) {
    MASKS.put(Pattern.compile(pattern), by);
  }

  /** A text masked; how many blanks are between columns depends on what is masked. */
  static String masked(String text) {
    String masked = text;
    for (Map.Entry<Pattern, String> each : MASKS.entrySet()) {
      masked = each.getKey().matcher(masked).replaceAll(each.getValue());
    }
    return masked
        .lines()
        .map(line -> line.replaceAll(" {2,}", "  ").stripTrailing())
        .collect(Collectors.joining("\n"));
  }
}
