package io.usher.engine.authorization;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.usher.admission.UserInfo;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement;
import io.usher.authorization.SelectorRequirement.Operator;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewWalk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers one review's members while a walk passes over them. Unknown members are passed over. */
final class SubjectAccessReviewReader implements ReviewJson.Reader<SubjectAccessReview> {

  private final ReviewWalk walk;
  private final JsonParser parser;
  private String user = "";
  private String uid = "";

  /** By what a version names them. */
  private final Map<String, List<String>> groups = new HashMap<>();

  private final Map<String, List<String>> extra = new LinkedHashMap<>();

  private boolean forResource;
  private boolean forPath;

  /** Of either. */
  private final Map<String, String> attributes = new HashMap<>();

  private final List<SelectorRequirement> fieldSelector = new ArrayList<>();
  private final List<SelectorRequirement> labelSelector = new ArrayList<>();

  SubjectAccessReviewReader(ReviewWalk walk, JsonParser parser) {
    this.walk = walk;
    this.parser = parser;
  }

  @Override
  public void read(String member) throws IOException, ProtocolException {
    switch (member) {
      case "spec" -> walk.object(this::spec);
      default -> walk.skip();
    }
  }

  private void spec(String member) throws IOException, ProtocolException {
    switch (member) {
      case "user" -> user = walk.string();
      case "uid" -> uid = walk.string();
      case "group", "groups" -> groups.put(member, strings());
      case "extra" -> walk.object(key -> extra.put(key, strings()));
      case "resourceAttributes" -> {
        forResource = parser.currentToken() != JsonToken.VALUE_NULL;
        walk.object(this::resource);
      }
      case "nonResourceAttributes" -> {
        forPath = parser.currentToken() != JsonToken.VALUE_NULL;
        walk.object(this::path);
      }
      default -> walk.skip();
    }
  }

  private void resource(String member) throws IOException, ProtocolException {
    switch (member) {
      case "verb", "group", "version", "resource", "subresource", "namespace", "name" ->
          attributes.put(member, walk.string());
      case "fieldSelector" -> walk.object(each -> selector(each, fieldSelector));
      case "labelSelector" -> walk.object(each -> selector(each, labelSelector));
      default -> walk.skip();
    }
  }

  private void path(String member) throws IOException, ProtocolException {
    switch (member) {
      case "verb", "path" -> attributes.put(member, walk.string());
      default -> walk.skip();
    }
  }

  /** An API server tells the requirements; who sends {@code rawSelector} alone is asked of all. */
  private void selector(String member, List<SelectorRequirement> found)
      throws IOException, ProtocolException {
    if (member.equals("requirements")) {
      walk.array(i -> requirement(found));
    } else {
      walk.skip();
    }
  }

  private void requirement(List<SelectorRequirement> found) throws IOException, ProtocolException {
    String[] of = {"", ""};
    var values = new ArrayList<String>();
    walk.object(
        member -> {
          switch (member) {
            case "key" -> of[0] = walk.string();
            case "operator" -> of[1] = walk.string();
            case "values" -> values.addAll(strings());
            default -> walk.skip();
          }
        });
    // One that is not known may be left out: it only narrows.
    for (Operator operator : Operator.values()) {
      if (operator.value().equals(of[1])) {
        found.add(new SelectorRequirement(of[0], operator, values));
      }
    }
  }

  private List<String> strings() throws IOException, ProtocolException {
    var strings = new ArrayList<String>();
    walk.array(i -> strings.add(walk.string()));
    return strings;
  }

  @Override
  public SubjectAccessReview review(String apiVersion) throws ProtocolException {
    if (forResource == forPath) {
      throw walk.malformed(
          "exactly one of spec.resourceAttributes and spec.nonResourceAttributes is needed");
    }
    // As Kubernetes' own types of both versions name it.
    List<String> own =
        groups.getOrDefault(apiVersion.endsWith("/v1beta1") ? "group" : "groups", List.of());
    walk.require(!user.isEmpty() || !own.isEmpty(), "spec.user");
    var asking = new UserInfo(user, uid, own, extra);
    return new SubjectAccessReview(
        apiVersion,
        forPath
            ? AuthorizationRequest.of(
                asking, new NonResourceAttributes(attribute("path"), attribute("verb")))
            : AuthorizationRequest.of(
                asking,
                new ResourceAttributes(
                    attribute("verb"),
                    attribute("group"),
                    attribute("version"),
                    attribute("resource"),
                    attribute("subresource"),
                    attribute("namespace"),
                    attribute("name"),
                    fieldSelector,
                    labelSelector)));
  }

  private String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
