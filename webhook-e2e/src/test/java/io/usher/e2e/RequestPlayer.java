package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Sends the rows of a file to one server.
 *
 * <p>Beside HTTP's methods there are {@code WATCH}, a GET whose stream stays open, and {@code
 * FRAMES ID COUNT}, which reads so many frames of the watch with this id, or to its end; and {@code
 * AWAIT}, a GET that is sent again until its answer has the text that stands for the body.
 * Variables in double braces are those of the file, {@code id/json/pointer} of an earlier answer,
 * {@code id:Header} of it, and {@code text*count}, the text so many times.
 */
final class RequestPlayer implements AutoCloseable {

  private static final Pattern VARIABLE = Pattern.compile("\\{\\{(.+?)}}");
  private static final Pattern REPEATED = Pattern.compile("(.+)\\*(\\d+)");

  /**
   * What kube-apiserver says, with 429, of a definition that is new: the client is to come again.
   */
  private static final String INITIALIZING = "storage is (re)initializing";

  private final RawClient client;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, JsonNode> answers = new HashMap<>();
  private final Map<String, Map<String, List<String>>> headers = new HashMap<>();
  private final Map<String, RawAnswer> watches = new HashMap<>();

  /**
   * @param variables what the rows are told of the server: {@code namespace}, {@code admin}
   */
  RequestPlayer(RawClient client, Map<String, String> variables) {
    this.client = client;
    this.variables.putAll(variables);
  }

  /** What the server answers to each row, by its name, masked. */
  Map<String, String> play(RequestFile file) {
    variables.putAll(file.variables());
    var shown = new LinkedHashMap<String, String>();
    for (RequestRow row : file.rows()) {
      try {
        shown.put(row.name(), play(row));
      } catch (RuntimeException e) {
        shown.put(row.name(), "no answer: " + e);
      }
    }
    return shown;
  }

  private String play(RequestRow row) {
    if (row.method().equals("FRAMES")) {
      return frames(row);
    }
    if (row.method().equals("AWAIT")) {
      return await(row);
    }
    var shown = new AtomicReference<>(sent(row));
    if (shown.get().contains(INITIALIZING)) {
      Eventually.eventually(
          () -> {
            shown.set(sent(row));
            assertThat(shown.get()).doesNotContain(INITIALIZING);
          });
    }
    return shown.get();
  }

  private String sent(RequestRow row) {
    boolean watch = row.method().equals("WATCH");
    RawAnswer answer =
        client.send(
            watch ? "GET" : row.method(), filled(row.target()), headers(row), filled(row.body()));
    headers.put(row.id(), answer.headers());
    if (watch && answer.code() < 300) {
      watches.put(row.id(), answer);
      return AnswerMask.shown(answer.code(), answer.headers(), "");
    }
    try (answer) {
      String body = withoutPassingBookmarks(answer.body());
      answers.put(row.id(), AnswerMask.tree(body));
      return AnswerMask.shown(answer.code(), answer.headers(), body);
    }
  }

  /** What has come to be is shown, not when. */
  private String await(RequestRow row) {
    var get = new RequestRow(row.name(), row.id(), "GET", row.target(), row.headers(), "");
    var shown = new AtomicReference<String>();
    Eventually.eventually(
        () -> {
          try (RawAnswer answer = client.send("GET", filled(row.target()), headers(get), "")) {
            String body = answer.body();
            assertThat(body).contains(row.body());
            answers.put(row.id(), AnswerMask.tree(body));
            shown.set(AnswerMask.shown(answer.code(), answer.headers(), body));
          }
        });
    return shown.get();
  }

  private String frames(RequestRow row) {
    String[] target = row.target().split(" ");
    RawAnswer watch = watches.get(target[0]);
    var frames = new StringBuilder();
    int left = Integer.parseInt(target[1]);
    while (left > 0) {
      String frame = watch.frame();
      if (frame == null) {
        return frames.append("end").toString();
      }
      if (!isPassingBookmark(frame)) {
        frames.append(AnswerMask.masked(frame)).append('\n');
        left--;
      }
    }
    return frames.toString();
  }

  private static String withoutPassingBookmarks(String body) {
    return body.contains("BOOKMARK")
        ? body.lines().filter(frame -> !isPassingBookmark(frame)).collect(Collectors.joining("\n"))
        : body;
  }

  /** Bookmarks come when a server finds the time, but for the one that ends the initial events. */
  private static boolean isPassingBookmark(String frame) {
    return frame.contains("\"type\":\"BOOKMARK\"") && !frame.contains("k8s.io/initial-events-end");
  }

  private List<String> headers(RequestRow row) {
    var sent = new ArrayList<String>();
    byDefault(row, "Authorization", "Bearer {{admin}}", sent);
    if (!row.body().isEmpty()) {
      byDefault(row, "Content-Type", "application/json", sent);
    }
    row.headers().stream().filter(each -> !each.endsWith(": none")).forEach(sent::add);
    return sent.stream().map(this::filled).toList();
  }

  /** {@code Name: none} sends no header of this name. */
  private static void byDefault(RequestRow row, String name, String value, List<String> sent) {
    if (row.headers().stream().noneMatch(each -> each.startsWith(name + ':'))) {
      sent.add(name + ": " + value);
    }
  }

  private String filled(String text) {
    String filled = VARIABLE.matcher(text).replaceAll(this::value);
    // A variable of the file may name others.
    return filled.equals(text) ? text : filled(filled);
  }

  private String value(MatchResult variable) {
    String name = variable.group(1);
    Matcher repeated = REPEATED.matcher(name);
    int slash = name.indexOf('/');
    int colon = name.indexOf(':');
    String value;
    if (repeated.matches()) {
      value = repeated.group(1).repeat(Integer.parseInt(repeated.group(2)));
    } else if (slash > 0) {
      value = answers.get(name.substring(0, slash)).at(name.substring(slash)).asText();
    } else if (colon > 0) {
      value = headers.get(name.substring(0, colon)).get(name.substring(colon + 1)).get(0);
    } else {
      value = variables.get(name);
    }
    return Matcher.quoteReplacement(value);
  }

  @Override
  public void close() {
    watches.values().forEach(RawAnswer::close);
  }
}
