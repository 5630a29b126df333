package io.usher.e2e;

import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.rule.Authorizing;
import io.usher.rule.Webhook;

/** What {@code abac-policy.jsonl} says, as methods. */
@Webhook(name = "access.example.com")
public final class AbacAsRules {

  private static final String EVERYBODY = "system:authenticated";

  @Authorizing
  Authorization users(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    boolean podsOfDefault = wanted.within("", "pods") && wanted.in("default");
    return wanted.allowedIf(
        wanted.by("root")
            || wanted.by("alice") && podsOfDefault
            || wanted.by("bob") && podsOfDefault
            || wanted.by("dave") && wanted.reads() && wanted.within("", "pods") && wanted.in("team")
            || wanted.by("dave") && wanted.at("/logs/*")
            || wanted.by("system:anonymous") && wanted.at("/healthz"));
  }

  @Authorizing
  Authorization carolOfDevs(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.by("carol")
            && wanted.byMemberOf("devs")
            && wanted.ofGroup("apps")
            && wanted.in("team"));
  }

  @Authorizing
  Authorization groups(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf("ops") && wanted.reads() && wanted.isResource()
            || wanted.byMemberOf("devs") && wanted.within("batch", "jobs")
            || wanted.byMemberOf("auditors") && wanted.reads() && wanted.isPath()
            || wanted.byMemberOf("system:nodes") && wanted.within("", "nodes"));
  }

  @Authorizing
  Authorization serviceAccounts(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    boolean deployments =
        wanted.within("apps", "deployments") || wanted.within("extensions", "deployments");
    return wanted.allowedIf(
        wanted.byMemberOf("system:serviceaccounts:team")
                && wanted.within("", "pods")
                && wanted.in("team")
            || wanted.by("system:serviceaccount:default:builder")
                && deployments
                && wanted.in("default"));
  }

  @Authorizing
  Authorization everybody(AuthorizationRequest request) {
    var wanted = new Wanted(request);
    return wanted.allowedIf(
        wanted.byMemberOf(EVERYBODY)
            && wanted.reads()
            && (wanted.at("/version")
                || wanted.within("", "services")
                || wanted.within("", "configmaps") && wanted.in("default")));
  }
}
