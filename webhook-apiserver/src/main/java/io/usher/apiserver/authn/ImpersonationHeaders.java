package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the headers of an impersonation. */
final class ImpersonationHeaders {

  private static final String EXTRA = "impersonate-extra-";

  private ImpersonationHeaders() {}

  /**
   * The user as the headers name him, without groups that follow from others; null where they name
   * nobody.
   *
   * @throws ApiException 400 when they name a group, uid or extra but no user
   */
  static @Nullable UserInfo read(Headers headers) {
    String name = textOf(headers, "Impersonate-User");
    String uid = textOf(headers, "Impersonate-Uid");
    List<String> groups = headers.all("Impersonate-Group");
    Map<String, List<String>> extra = extra(headers);
    if (!name.isEmpty()) {
      return new UserInfo(name, uid, groups, extra);
    }
    if (uid.isEmpty() && groups.isEmpty() && extra.isEmpty()) {
      return null;
    }
    String wanted =
        "&user.DefaultInfo{Name:\"\", UID:"
            + GoText.quote(uid)
            + ", Groups:"
            + goSyntax(groups)
            + ", Extra:"
            + goSyntax(extra)
            + '}';
    throw new ApiException(
        Status.badRequest("requested " + wanted + " without impersonating a user name"));
  }

  private static Map<String, List<String>> extra(Headers headers) {
    var extra = new TreeMap<String, List<String>>();
    headers
        .asMap()
        .forEach(
            (header, values) -> {
              String name = header.toLowerCase(Locale.ROOT);
              if (name.startsWith(EXTRA)) {
                String key = unescaped(name.substring(EXTRA.length()));
                extra.computeIfAbsent(key, each -> new ArrayList<>()).addAll(values);
              }
            });
    return extra;
  }

  /** Decodes percent signs; what can't be decoded stays as it is. */
  private static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return key;
    }
  }

  private static String textOf(Headers headers, String name) {
    String value = headers.first(name);
    return value == null ? "" : value;
  }

  private static String goSyntax(List<String> texts) {
    return texts.isEmpty()
        ? "[]string(nil)"
        : texts.stream().map(GoText::quote).collect(Collectors.joining(", ", "[]string{", "}"));
  }

  private static String goSyntax(Map<String, List<String>> extra) {
    return extra.isEmpty()
        ? "map[string][]string(nil)"
        : extra.entrySet().stream()
            .map(each -> GoText.quote(each.getKey()) + ':' + goSyntax(each.getValue()))
            .collect(Collectors.joining(", ", "map[string][]string{", "}"));
  }
}
