package io.usher.engine.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewWalk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gathers one review's members while a walk passes over them. Unknown members are passed over. */
final class AdmissionReader implements ReviewJson.Reader<AdmissionReview> {

  private final ReviewWalk walk;
  private final JsonParser parser;
  private final byte[] body;

  private boolean asked;
  private String uid = "";
  private @Nullable GroupVersionKind objectKind;
  private @Nullable GroupVersionResource resource;
  private String subResource = "";
  private @Nullable GroupVersionKind requestKind;
  private @Nullable GroupVersionResource requestResource;
  private @Nullable String requestSubResource;
  private String name = "";
  private String namespace = "";
  private @Nullable Operation operation;
  private String username = "";
  private String userUid = "";
  private final List<String> groups = new ArrayList<>();
  private final Map<String, List<String>> extra = new LinkedHashMap<>();
  private boolean dryRun;
  private @Nullable ObjectNode object;
  private @Nullable ObjectNode oldObject;
  private @Nullable ObjectNode options;

  AdmissionReader(ReviewWalk walk, JsonParser parser, byte[] body) {
    this.walk = walk;
    this.parser = parser;
    this.body = body;
  }

  /** Reads a member of the envelope. */
  @Override
  public void read(String member) throws IOException, ProtocolException {
    switch (member) {
      case "request" -> {
        asked = parser.currentToken() != JsonToken.VALUE_NULL;
        walk.object(this::request);
      }
      default -> walk.skip();
    }
  }

  @Override
  public AdmissionReview review(String apiVersion) throws ProtocolException {
    return new AdmissionReview(apiVersion, request());
  }

  private AdmissionRequest request() throws ProtocolException {
    walk.require(this.asked, "request");
    walk.require(!uid.isEmpty(), "request.uid");
    GroupVersionKind kindOfObject = required(objectKind, "request.kind");
    GroupVersionResource asked = required(resource, "request.resource");
    return new AdmissionRequest(
        uid,
        kindOfObject,
        asked,
        subResource,
        requestKind == null ? kindOfObject : requestKind,
        requestResource == null ? asked : requestResource,
        requestSubResource == null ? subResource : requestSubResource,
        name,
        namespace,
        required(operation, "request.operation"),
        new UserInfo(username, userUid, groups, extra),
        dryRun,
        object,
        oldObject,
        options);
  }

  private void request(String member) throws IOException, ProtocolException {
    switch (member) {
      case "uid" -> uid = walk.string();
      case "kind" -> objectKind = gvk();
      case "resource" -> resource = gvr();
      case "subResource" -> subResource = walk.string();
      case "requestKind" -> requestKind = gvk();
      case "requestResource" -> requestResource = gvr();
      case "requestSubResource" -> requestSubResource = walk.string();
      case "name" -> name = walk.string();
      case "namespace" -> namespace = walk.string();
      case "operation" -> operation = operation(walk.string());
      case "userInfo" -> walk.object(this::userInfo);
      case "dryRun" -> dryRun = walk.bool();
      case "object" -> object = document();
      case "oldObject" -> oldObject = document();
      case "options" -> options = document();
      default -> walk.skip();
    }
  }

  private void userInfo(String member) throws IOException, ProtocolException {
    switch (member) {
      case "username" -> username = walk.string();
      case "uid" -> userUid = walk.string();
      case "groups" -> walk.array(i -> groups.add(walk.string()));
      case "extra" -> walk.object(this::extra);
      default -> walk.skip();
    }
  }

  private void extra(String key) throws IOException, ProtocolException {
    var values = new ArrayList<String>();
    walk.array(i -> values.add(walk.string()));
    extra.put(key, values);
  }

  private @Nullable GroupVersionKind gvk() throws IOException, ProtocolException {
    String[] parts = triple("kind");
    return parts == null ? null : new GroupVersionKind(parts[0], parts[1], parts[2]);
  }

  private @Nullable GroupVersionResource gvr() throws IOException, ProtocolException {
    String[] parts = triple("resource");
    return parts == null ? null : new GroupVersionResource(parts[0], parts[1], parts[2]);
  }

  private String @Nullable [] triple(String last) throws IOException, ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    String[] parts = {"", "", ""};
    walk.object(
        member -> {
          switch (member) {
            case "group" -> parts[0] = walk.string();
            case "version" -> parts[1] = walk.string();
            default -> {
              if (member.equals(last)) {
                parts[2] = walk.string();
              } else {
                walk.skip();
              }
            }
          }
        });
    return parts;
  }

  private Operation operation(String text) throws ProtocolException {
    return switch (text) {
      case "CREATE" -> Operation.CREATE;
      case "UPDATE" -> Operation.UPDATE;
      case "DELETE" -> Operation.DELETE;
      case "CONNECT" -> Operation.CONNECT;
      default ->
          throw walk.malformed(
              "request.operation \""
                  + walk.quoted(text)
                  + "\" is not CREATE, UPDATE, DELETE or CONNECT");
    };
  }

  /** Where a document is: its bytes are walked, not parsed. */
  private @Nullable ObjectNode document() throws IOException, ProtocolException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw walk.malformed(parser.getParsingContext().pathAsPointer() + " is not an object");
    }
    return walk.document().object(body);
  }

  private <T> T required(@Nullable T value, String field) throws ProtocolException {
    walk.require(value != null, field);
    return Objects.requireNonNull(value);
  }
}
