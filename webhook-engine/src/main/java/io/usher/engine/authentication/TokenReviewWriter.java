package io.usher.engine.authentication;

import com.fasterxml.jackson.core.JsonGenerator;
import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes the answer: the status alone, as the question holds a secret. */
final class TokenReviewWriter {

  private TokenReviewWriter() {}

  static void write(JsonGenerator json, TokenReview review, Authentication answer)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", TokenReviewCodec.KIND);
    json.writeStringField("apiVersion", review.apiVersion());
    json.writeObjectFieldStart("status");
    json.writeBooleanField("authenticated", answer.kind() == Authentication.Kind.KNOWN);
    switch (answer.kind()) {
      case KNOWN -> known(json, review, (Authentication.Known) answer);
      case NOT_MINE -> text(json, "error", ((Authentication.NotMine) answer).reason());
      case REFUSED -> text(json, "error", ((Authentication.Refused) answer).reason());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void known(JsonGenerator json, TokenReview review, Authentication.Known known)
      throws IOException {
    UserInfo user = known.user();
    json.writeObjectFieldStart("user");
    json.writeStringField("username", user.username());
    text(json, "uid", user.uid());
    texts(json, "groups", user.groups());
    if (!user.extra().isEmpty()) {
      json.writeObjectFieldStart("extra");
      for (Map.Entry<String, List<String>> each : user.extra().entrySet()) {
        texts(json, each.getKey(), each.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    List<String> asked = review.request().audiences();
    texts(json, "audiences", known.audiences().stream().filter(asked::contains).toList());
  }

  private static void texts(JsonGenerator json, String member, List<String> texts)
      throws IOException {
    if (!texts.isEmpty()) {
      json.writeFieldName(member);
      json.writeArray(texts.toArray(String[]::new), 0, texts.size());
    }
  }

  private static void text(JsonGenerator json, String member, String text) throws IOException {
    if (!text.isEmpty()) {
      json.writeStringField(member, text);
    }
  }
}
