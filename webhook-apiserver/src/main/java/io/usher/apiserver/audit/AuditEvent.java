package io.usher.apiserver.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.AuditSink.Answered;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.UserJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the JSON of an event, its members in kube-apiserver's order. */
final class AuditEvent {

  /** A MicroTime of meta/v1. */
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** kube-apiserver's bound: a client writes this header as long as it likes. */
  private static final int MAX_USER_AGENT = 1024;

  /** The annotation that tells which verb allowed an impersonation; an event has a place for it. */
  private static final String CONSTRAINT = "authorization.k8s.io/impersonation-constraint";

  private AuditEvent() {}

  static ObjectNode of(Answered answered) {
    ApiRequest request = answered.request();
    RequestInfo info = answered.info();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event
        .put("kind", "Event")
        .put("apiVersion", "audit.k8s.io/v1")
        .put("level", "Metadata")
        .put("auditID", answered.id())
        .put("stage", "ResponseComplete")
        .put("requestURI", uri(request))
        .put("verb", info.verb());
    event.set("user", user(answered.user()));
    if (answered.impersonated() != null) {
      event.set("impersonatedUser", user(answered.impersonated()));
    }
    var annotations = new TreeMap<>(answered.annotations());
    String constraint = annotations.remove(CONSTRAINT);
    if (constraint != null) {
      event.putObject("authenticationMetadata").put("impersonationConstraint", constraint);
    }
    List<String> sources = SourceAddresses.of(request);
    if (!sources.isEmpty()) {
      sources.forEach(event.putArray("sourceIPs")::add);
    }
    put(event, "userAgent", userAgent(request));
    if (info.resourceRequest()) {
      event.set("objectRef", objectRef(info));
    }
    event.set("responseStatus", status(answered.code(), answered.failure()));
    event.put("requestReceivedTimestamp", time(answered.received()));
    event.put("stageTimestamp", time(answered.ended()));
    if (!annotations.isEmpty()) {
      annotations.forEach(event.putObject("annotations")::put);
    }
    return event;
  }

  private static ObjectNode user(@Nullable UserInfo user) {
    return user == null ? JsonNodeFactory.instance.objectNode() : UserJson.of(user);
  }

  private static ObjectNode objectRef(RequestInfo info) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "resource", info.resource());
    put(json, "namespace", info.namespace());
    put(json, "name", info.name());
    put(json, "apiGroup", info.group());
    put(json, "apiVersion", info.version());
    put(json, "subresource", info.subresource());
    return json;
  }

  private static ObjectNode status(int code, @Nullable Status failure) {
    if (failure == null) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.putObject("metadata");
      return json.put("code", code);
    }
    ObjectNode json = failure.toJson();
    json.remove(List.of("kind", "apiVersion"));
    return json;
  }

  /** Encoded again, as a request is decoded when it comes here. */
  private static String uri(ApiRequest request) {
    String path;
    try {
      path = new URI(null, null, request.path(), null).toASCIIString();
    } catch (URISyntaxException e) {
      path = request.path();
    }
    String query = request.query().toString();
    return query.isEmpty() ? path : path + '?' + query;
  }

  private static String userAgent(ApiRequest request) {
    String agent = request.headers().first("User-Agent");
    if (agent == null) {
      return "";
    }
    return agent.length() > MAX_USER_AGENT
        ? agent.substring(0, MAX_USER_AGENT) + "...TRUNCATED"
        : agent;
  }

  private static String time(Instant instant) {
    return MICRO_TIME.format(instant);
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }
}
