package io.usher.e2e;

import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.ResourceAttributes;
import io.usher.rule.Authorizing;
import io.usher.rule.Webhook;

/** What {@code rbac-objects.yaml} and the default roles say of the table's requests, as methods. */
@Webhook(name = "access.example.com")
public final class RbacAsRules {

  private static final String BUILDER = "system:serviceaccount:default:builder";

  @Authorizing
  Authorization admins(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf("cluster-admins") || wanted.by("carol") && wanted.in("default"));
  }

  @Authorizing
  Authorization devsRead(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    boolean token =
        wanted.of("", "secrets") && wanted.named("token") && wanted.does("get", "update", "create");
    return wanted.allowedIf(
        wanted.byMemberOf("devs")
            && wanted.in("default")
            && (token || wanted.of("", "pods", "services") && wanted.reads()));
  }

  @Authorizing
  Authorization scalers(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    ResourceAttributes asked = request.resource();
    boolean scales =
        asked != null
            && asked.group().equals("apps")
            && asked.subresource().equals("scale")
            && wanted.does("update", "patch");
    boolean here = wanted.in("default") && (wanted.by("alice") || wanted.by(BUILDER));
    return wanted.allowedIf(scales && (here || wanted.by("*")));
  }

  @Authorizing
  Authorization writersOfTeam(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.in("team")
            && (wanted.by(BUILDER) || wanted.byMemberOf("system:serviceaccounts:team"))
            && (wanted.of("", "pods")
                || wanted.of("", "pods/log", "pods/eviction") && wanted.does("get", "create")));
  }

  @Authorizing
  Authorization operators(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf("ops")
            && (wanted.isResource() && wanted.reads()
                || wanted.at("/metrics", "/logs/*") && wanted.does("get")));
  }

  @Authorizing
  Authorization auditors(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf("auditors")
            && (wanted.of("", "nodes", "namespaces") && wanted.does("get", "list")
                || wanted.of("", "users") && wanted.named("bob") && wanted.does("impersonate")
                || wanted.of("rbac.authorization.k8s.io", "roles") && wanted.does("bind")
                || wanted.ofGroup("example.com")
                || wanted.isPath() && wanted.does("get", "post")));
  }

  @Authorizing
  Authorization nodes(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf("system:nodes")
            && (wanted.reads()
                    && wanted.of("", "pods", "nodes", "services", "secrets", "configmaps")
                || wanted.of("", "pods") && wanted.does("create", "delete")
                || wanted.of("", "pods/eviction") && wanted.does("create")
                || wanted.of("", "pods/status", "nodes/status") && wanted.does("update", "patch")
                || wanted.of("authentication.k8s.io", "tokenreviews") && wanted.does("create")));
  }

  @Authorizing
  Authorization everybody(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    boolean known = wanted.byMemberOf("system:authenticated");
    boolean reviewsItself =
        wanted.of("authorization.k8s.io", "selfsubjectaccessreviews") && wanted.does("create");
    boolean discovers =
        wanted.at("/api", "/api/*", "/apis", "/apis/*", "/openapi/*") && wanted.does("get");
    boolean probes =
        wanted.at("/healthz", "/livez", "/readyz", "/version", "/version/") && wanted.does("get");
    return wanted.allowedIf(
        known && (reviewsItself || discovers)
            || probes && (known || wanted.byMemberOf("system:unauthenticated")));
  }
}
