package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Map;
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
    Map<String, List<String>> extra = ExtraHeaders.read(headers, EXTRA);
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
