package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** A {@code UserInfo} of authentication.k8s.io/v1: in reviews and audit events. */
public final class UserJson {

  private UserJson() {}

  /** What is empty is left out. */
  public static ObjectNode of(UserInfo user) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (!user.username().isEmpty()) {
      json.put("username", user.username());
    }
    if (!user.uid().isEmpty()) {
      json.put("uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      user.groups().forEach(json.putArray("groups")::add);
    }
    if (!user.extra().isEmpty()) {
      ObjectNode extra = json.putObject("extra");
      user.extra()
          .forEach(
              (key, values) -> {
                ArrayNode array = extra.putArray(key);
                values.forEach(array::add);
              });
    }
    return json;
  }

  /**
   * The user that an object describes.
   *
   * @param name the member that has his name: {@code username}, or {@code user} in a
   *     SubjectAccessReview
   */
  public static UserInfo read(JsonNode json, String name) {
    var extra = new LinkedHashMap<String, List<String>>();
    json.path("extra")
        .properties()
        .forEach(each -> extra.put(each.getKey(), texts(each.getValue())));
    return new UserInfo(
        json.path(name).asText(), json.path("uid").asText(), texts(json.path("groups")), extra);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
