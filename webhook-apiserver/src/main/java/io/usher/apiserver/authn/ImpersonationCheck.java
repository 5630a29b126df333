package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.Forbidden;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Whether one caller may act as others in one way, for one request. */
final class ImpersonationCheck {

  private static final String AUTHENTICATION = "authentication.k8s.io";
  private static final String NODE_KEYS = "authentication.kubernetes.io/associated-node-keys";

  /** A path by the characters of RFC 3986. */
  private static final Pattern PATH = Pattern.compile("[\\w\\-./~%!$&'()*+,;=:]+");

  private final Authorizer authorizer;
  private final ImpersonationMode mode;
  private final UserInfo caller;
  private final RequestInfo request;

  ImpersonationCheck(
      Authorizer authorizer, ImpersonationMode mode, UserInfo caller, RequestInfo request) {
    this.authorizer = authorizer;
    this.mode = mode;
    this.caller = mode == ImpersonationMode.ASSOCIATED_NODE ? withoutValues(caller) : caller;
    this.request = request;
  }

  /** What a ServiceAccount may as its own node is the same on all nodes. */
  private static UserInfo withoutValues(UserInfo caller) {
    List<String> keys = caller.extra().keySet().stream().sorted().toList();
    return new UserInfo(caller.username(), caller.uid(), caller.groups(), Map.of(NODE_KEYS, keys));
  }

  /**
   * The user with the groups that Kubernetes gives him.
   *
   * @throws ApiException 403 for whatever of him the caller may not act as
   */
  UserInfo user(UserInfo wanted) {
    if (mode.isConstrained()) {
      checkAllowed(on(request, mode.verbOn(request.verb())));
    }
    List<String> groups = groupsOfName(wanted);
    if (!wanted.uid().isEmpty()) {
      checkAllowed(of(AUTHENTICATION, "uids", "", "", wanted.uid()));
    }
    checkGroups(wanted.groups());
    checkExtra(wanted);
    var user = new UserInfo(wanted.username(), wanted.uid(), groups, wanted.extra());
    if (user.username().equals(WellKnown.ANONYMOUS)) {
      return WellKnown.inGroup(user, WellKnown.UNAUTHENTICATED);
    }
    return groups.contains(WellKnown.UNAUTHENTICATED)
        ? user
        : WellKnown.inGroup(user, WellKnown.AUTHENTICATED);
  }

  /** Checks the name; the groups are those that were asked for, else those that follow from it. */
  private List<String> groupsOfName(UserInfo wanted) {
    String group = groupOfUsers();
    ServiceAccountName account = ServiceAccountName.of(wanted.username());
    if (account != null) {
      checkAllowed(of(group, "serviceaccounts", "", account.namespace(), account.name()));
      return wanted.groups().isEmpty() ? account.groups() : wanted.groups();
    }
    String node = ImpersonationMode.nodeName(wanted.username());
    if (node != null && mode.isConstrained()) {
      boolean own = mode == ImpersonationMode.ASSOCIATED_NODE;
      checkAllowed(of(group, "nodes", "", "", own ? "*" : node));
      return List.of(WellKnown.NODES);
    }
    checkAllowed(of(group, "users", "", "", wanted.username()));
    return wanted.groups();
  }

  private void checkGroups(List<String> groups) {
    if (mode.isConstrained()) {
      if (groups.contains("")) {
        throw forbidden(groups(""), "impersonating the empty string group is not allowed");
      }
      if (groups.contains(WellKnown.MASTERS)) {
        throw forbidden(
            groups(WellKnown.MASTERS), "impersonating the system:masters group is not allowed");
      }
    }
    groups.forEach(group -> checkAllowed(groups(group)));
  }

  private void checkExtra(UserInfo wanted) {
    if (mode.isConstrained()) {
      wanted.extra().keySet().forEach(this::checkKey);
      if (wanted.extra().values().stream().anyMatch(values -> values.contains(""))) {
        throw forbidden(
            extra("", ""), "impersonating the empty string value in extra is not allowed");
      }
    }
    wanted
        .extra()
        .forEach((key, values) -> values.forEach(value -> checkAllowed(extra(key, value))));
  }

  private void checkKey(String key) {
    if (key.isEmpty()) {
      throw forbidden(extra("", ""), "impersonating the empty string key in extra is not allowed");
    }
    int slash = key.indexOf('/');
    if (slash < 0
        || !ObjectNames.subdomainProblems(key.substring(0, slash), false).isEmpty()
        || !PATH.matcher(key.substring(slash + 1)).matches()) {
      throw forbidden(
          extra("", ""),
          "impersonating an invalid key in extra is not allowed: write it as example.com/name");
    }
    if (!key.equals(key.toLowerCase(Locale.ROOT))) {
      throw forbidden(
          extra("", ""),
          "impersonating a non-lowercase key in extra is not allowed: " + GoText.quote(key));
    }
  }

  private RequestInfo groups(String name) {
    return of(groupOfUsers(), "groups", "", "", name);
  }

  private RequestInfo extra(String key, String value) {
    return of(AUTHENTICATION, "userextras", key, "", value);
  }

  private String groupOfUsers() {
    return mode.isConstrained() ? AUTHENTICATION : "";
  }

  private RequestInfo of(
      String group, String resource, String subresource, String namespace, String name) {
    return new RequestInfo(
        true,
        "",
        mode.verb(),
        group,
        "v1",
        namespace,
        resource,
        subresource,
        name,
        List.of(resource));
  }

  private static RequestInfo on(RequestInfo request, String verb) {
    return new RequestInfo(
        request.resourceRequest(),
        request.path(),
        verb,
        request.group(),
        request.version(),
        request.namespace(),
        request.resource(),
        request.subresource(),
        request.name(),
        request.parts(),
        request.fieldSelector(),
        request.labelSelector());
  }

  private void checkAllowed(RequestInfo wanted) {
    Authorizer.Decision decision = authorizer.authorize(caller, wanted);
    if (!decision.allowed()) {
      throw forbidden(wanted, decision.reason());
    }
  }

  private ApiException forbidden(RequestInfo wanted, String reason) {
    return new ApiException(Forbidden.status(caller, wanted, reason));
  }
}
