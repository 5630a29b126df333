package io.usher.apiserver.proxy;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites the links of one page. What is no link stays as it is, also where kube-apiserver, which
 * writes all tags anew, would close a quotation. In one pass, whatever the page.
 */
final class HtmlLinks {

  /** Attributes that hold links, by tag, as kube-apiserver has them. */
  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("a", Set.of("href")),
          Map.entry("applet", Set.of("codebase")),
          Map.entry("area", Set.of("href")),
          Map.entry("audio", Set.of("src")),
          Map.entry("base", Set.of("href")),
          Map.entry("blockquote", Set.of("cite")),
          Map.entry("body", Set.of("background")),
          Map.entry("button", Set.of("formaction")),
          Map.entry("command", Set.of("icon")),
          Map.entry("del", Set.of("cite")),
          Map.entry("embed", Set.of("src")),
          Map.entry("form", Set.of("action")),
          Map.entry("frame", Set.of("longdesc", "src")),
          Map.entry("head", Set.of("profile")),
          Map.entry("html", Set.of("manifest")),
          Map.entry("iframe", Set.of("longdesc", "src")),
          Map.entry("img", Set.of("longdesc", "src", "usemap")),
          Map.entry("input", Set.of("src", "usemap", "formaction")),
          Map.entry("ins", Set.of("cite")),
          Map.entry("link", Set.of("href")),
          Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
          Map.entry("q", Set.of("cite")),
          Map.entry("script", Set.of("src")),
          Map.entry("source", Set.of("src")),
          Map.entry("video", Set.of("poster", "src")));

  /** Tags whose text is none of HTML. */
  private static final Set<String> RAW =
      Set.of("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp");

  private final String page;
  private final Links links;
  private final StringBuilder rewritten;
  private int at;

  private HtmlLinks(String page, Links links) {
    this.page = page;
    this.links = links;
    rewritten = new StringBuilder(page.length() + page.length() / 8);
  }

  /** The page with links that clients can follow. */
  static String rewritten(String page, Links links) {
    return new HtmlLinks(page, links).rewritten();
  }

  private String rewritten() {
    while (at < page.length()) {
      copyTo(found("<"));
      if (page.startsWith("<!--", at)) {
        copyTo(found("-->"));
      } else if (at + 1 < page.length() && isLetter(page.charAt(at + 1))) {
        tag();
      } else {
        copyTo(Math.min(at + 1, page.length()));
      }
    }
    return rewritten.toString();
  }

  private void tag() {
    int begin = at + 1;
    copyTo(begin);
    copyTo(end(" \t\r\n\f/>"));
    String name = page.substring(begin, at).toLowerCase(Locale.ROOT);
    Set<String> linking = ATTRIBUTES.getOrDefault(name, Set.of());
    while (at < page.length() && page.charAt(at) != '>') {
      attribute(linking);
    }
    if (RAW.contains(name)) {
      String close = "</" + name;
      int next = at;
      while (next < page.length() && !page.regionMatches(true, next, close, 0, close.length())) {
        next = found("<", next + 1);
      }
      copyTo(next);
    }
  }

  private void attribute(Set<String> linking) {
    copyTo(skipped(" \t\r\n\f/"));
    int begin = at;
    copyTo(end(" \t\r\n\f/>="));
    String name = page.substring(begin, at).toLowerCase(Locale.ROOT);
    copyTo(skipped(" \t\r\n\f"));
    if (at >= page.length() || page.charAt(at) != '=') {
      return;
    }
    copyTo(at + 1);
    copyTo(skipped(" \t\r\n\f"));
    if (at >= page.length()) {
      return;
    }
    char quote = page.charAt(at);
    boolean quoted = quote == '"' || quote == '\'';
    if (quoted) {
      copyTo(at + 1);
    }
    int valueEnd = end(quoted ? String.valueOf(quote) : " \t\r\n\f>");
    String value = page.substring(at, valueEnd);
    if (linking.contains(name)) {
      rewritten.append(links.rewritten(value.replace("&amp;", "&")).replace("&", "&amp;"));
      at = valueEnd;
    } else {
      copyTo(valueEnd);
    }
    if (quoted && at < page.length()) {
      copyTo(at + 1);
    }
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void copyTo(int end) {
    rewritten.append(page, at, end);
    at = end;
  }

  private int found(String text) {
    return found(text, at);
  }

  private int found(String text, int from) {
    int next = page.indexOf(text, from);
    return next < 0 ? page.length() : next;
  }

  /** Where one of these is next. */
  private int end(String characters) {
    int next = at;
    while (next < page.length() && characters.indexOf(page.charAt(next)) < 0) {
      next++;
    }
    return next;
  }

  /** Where none of these is. */
  private int skipped(String characters) {
    int next = at;
    while (next < page.length() && characters.indexOf(page.charAt(next)) >= 0) {
      next++;
    }
    return next;
  }
}
