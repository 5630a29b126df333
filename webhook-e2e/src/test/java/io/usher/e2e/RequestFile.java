package io.usher.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of the table in the form of {@code .http} files: {@code ### ID: NAME} begins a row (the id
 * is one word, and may be left out), then come the request line, headers, an empty line and the
 * body. {@code @name = value} sets a variable, and a line that begins with {@code #} is a comment;
 * both stand between rows. The rows of a file share a namespace and run in their order.
 *
 * @param variables by their names
 * @param rows in their order
 */
record RequestFile(Map<String, String> variables, List<RequestRow> rows) {

  private static final Pattern TITLE = Pattern.compile("### (?:(\\w+): )?(.+)");
  private static final Pattern VARIABLE = Pattern.compile("@(\\w+) = (.*)");

  RequestFile {
    variables = Map.copyOf(variables);
    rows = List.copyOf(rows);
  }

  /** The file of this name beside this class. */
  static RequestFile read(String name) {
    try (var in = RequestFile.class.getResourceAsStream("requests/" + name)) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RequestFile parse(String text) {
    var variables = new LinkedHashMap<String, String>();
    var rows = new ArrayList<RequestRow>();
    for (String block : text.split("\n(?=### )")) {
      String[] lines = block.split("\n");
      Matcher title = TITLE.matcher(lines[0]);
      if (title.matches()) {
        rows.add(row(title, lines));
      } else {
        for (String line : lines) {
          Matcher variable = VARIABLE.matcher(line);
          if (variable.matches()) {
            variables.put(variable.group(1), variable.group(2));
          }
        }
      }
    }
    return new RequestFile(variables, rows);
  }

  private static RequestRow row(Matcher title, String[] lines) {
    String[] request = lines[1].split(" ", 2);
    var headers = new ArrayList<String>();
    int at = 2;
    while (at < lines.length && !lines[at].isEmpty()) {
      headers.add(lines[at++]);
    }
    String body = String.join("\n", List.of(lines).subList(at, lines.length)).strip();
    return new RequestRow(
        title.group(2),
        title.group(1) == null ? "" : title.group(1),
        request[0],
        request[1],
        headers,
        body);
  }
}
