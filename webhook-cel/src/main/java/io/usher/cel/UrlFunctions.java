package io.usher.cel;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Kubernetes' functions of URLs, which are read as Go reads those of a request. */
final class UrlFunctions {

  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*");
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
  private static final Pattern PORT = Pattern.compile("(:[0-9]*)?");
  private static final String PATH_AS_IT_IS = "-_.~!$&'()*+,;=:@/[]";

  private UrlFunctions() {}

  /** A URL. */
  record Url(String scheme, String host, String path, String query) implements Values.Opaque {
    @Override
    public String typeName() {
      return "kubernetes.URL";
    }

    private int colon() {
      int colon = host.lastIndexOf(':');
      return colon > host.lastIndexOf(']') ? colon : -1;
    }

    String hostname() {
      String name = colon() < 0 ? host : host.substring(0, colon());
      return name.startsWith("[") && name.endsWith("]")
          ? name.substring(1, name.length() - 1)
          : name;
    }

    String port() {
      return colon() < 0 ? "" : host.substring(colon() + 1);
    }
  }

  static void addTo(Library library) {
    String url = "kubernetes.URL";
    library
        .add(
            "string_to_url url string " + url,
            (a, m) ->
                parsed((String) a[0]) instanceof Fault fault
                    ? new Fault("URL parse error during conversion from string: " + fault.message())
                    : parsed((String) a[0]))
        .add("is_url_string isURL string bool", (a, m) -> parsed((String) a[0]) instanceof Url)
        .add("url_get_scheme .getScheme " + url + " string", (a, m) -> ((Url) a[0]).scheme())
        .add("url_get_host .getHost " + url + " string", (a, m) -> ((Url) a[0]).host())
        .add("url_get_hostname .getHostname " + url + " string", (a, m) -> ((Url) a[0]).hostname())
        .add("url_get_port .getPort " + url + " string", (a, m) -> ((Url) a[0]).port())
        .add(
            "url_get_escaped_path .getEscapedPath " + url + " string",
            (a, m) -> escaped(((Url) a[0]).path()))
        .add(
            "url_get_query .getQuery " + url + " map<string;list<string>>",
            (a, m) -> query(((Url) a[0]).query()));
  }

  private static Fault fault(String text, String problem) {
    return new Fault("parse \"" + text + "\": " + problem);
  }

  /** A URL, or a fault. */
  static Object parsed(String text) {
    if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      return fault(text.replaceAll("\\p{Cntrl}", "?"), "net/url: invalid control character in URL");
    }
    if (text.isEmpty()) {
      return fault(text, "empty url");
    }
    String rest = text;
    String scheme = "";
    int colon = text.indexOf(':');
    int slash = text.indexOf('/');
    if (colon == 0) {
      return fault(text, "missing protocol scheme");
    }
    if (colon > 0 && SCHEME.matcher(text.substring(0, colon)).matches()) {
      scheme = text.substring(0, colon).toLowerCase(java.util.Locale.ROOT);
      rest = text.substring(colon + 1);
    } else if (colon > 0 && (slash < 0 || colon < slash) && Character.isLetter(text.charAt(0))) {
      return fault(text, "first path segment in URL cannot contain colon");
    }
    if (scheme.isEmpty() && !rest.startsWith("/")) {
      return fault(text, "invalid URI for request");
    }
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      rest = rest.substring(0, hash);
    }
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    String path = question < 0 ? rest : rest.substring(0, question);
    String host = "";
    if (path.startsWith("//") && (!scheme.isEmpty() || !path.startsWith("///"))) {
      int end = path.indexOf('/', 2);
      host = path.substring(2, end < 0 ? path.length() : end);
      path = end < 0 ? "" : path.substring(end);
      host = host.substring(host.lastIndexOf('@') + 1);
      if (host.startsWith("[") && host.indexOf(']') < 0) {
        return fault(text, "missing ']' in host");
      }
      int port = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
      String colonPort = port < 0 || port > host.length() ? "" : host.substring(port);
      if (!PORT.matcher(colonPort).matches()) {
        return fault(text, "invalid port \"" + colonPort + "\" after host");
      }
      int bad = host.indexOf(' ');
      if (bad >= 0) {
        return fault(text, "invalid character \" \" in host name");
      }
    }
    var escape = BAD_ESCAPE.matcher(path);
    if (escape.find()) {
      return fault(
          text,
          "invalid URL escape \""
              + path.substring(escape.start(), Math.min(path.length(), escape.start() + 3))
              + '"');
    }
    return new Url(scheme, host, path, query);
  }

  private static String escaped(String path) {
    var escaped = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          c < 0x80 && (Character.isLetterOrDigit(c) || PATH_AS_IT_IS.indexOf(c) >= 0 || c == '%');
      escaped.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return escaped.toString();
  }

  private static Object query(String query) {
    Map<Object, Object> values = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty() || pair.indexOf(';') >= 0) {
        continue;
      }
      int equals = pair.indexOf('=');
      String key = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (BAD_ESCAPE.matcher(pair).find()) {
        continue;
      }
      @SuppressWarnings("unchecked")
      List<Object> all =
          (List<Object>)
              values.computeIfAbsent(
                  URLDecoder.decode(key, StandardCharsets.UTF_8), name -> new ArrayList<>());
      all.add(URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return values;
  }
}
