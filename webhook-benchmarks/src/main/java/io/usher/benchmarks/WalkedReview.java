package io.usher.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;

/**
 * The least that an answer with a patch costs, to hold Usher against: walks the body's tokens for
 * the {@code uid}, builds no tree, checks nothing, and answers a fixed patch.
 */
final class WalkedReview {

  private static final JsonFactory FACTORY = new JsonFactory();

  private static final String PATCH =
      """
      [{"op":"add","path":"/metadata/labels/usher.io~1marked","value":"true"},\
      {"op":"add","path":"/metadata/annotations/usher.io~1marked-by","value":"walk"}]""";

  private static final byte[] BEFORE_UID =
      """
      {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":\""""
          .getBytes(US_ASCII);

  private static final byte[] BEHIND_UID =
      """
      ","allowed":true,"patchType":"JSONPatch","patch":"%s"}}"""
          .formatted(Base64.getEncoder().encodeToString(PATCH.getBytes(US_ASCII)))
          .getBytes(US_ASCII);

  private WalkedReview() {}

  /** The answer to this request. */
  static byte[] answer(byte[] body) throws IOException {
    byte[] uid = uid(body).getBytes(US_ASCII);
    var answer = new ByteArrayOutputStream(BEFORE_UID.length + uid.length + BEHIND_UID.length);
    answer.writeBytes(BEFORE_UID);
    answer.writeBytes(uid);
    answer.writeBytes(BEHIND_UID);
    return answer.toByteArray();
  }

  private static String uid(byte[] body) throws IOException {
    String uid = "";
    try (JsonParser parser = FACTORY.createParser(body)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token.isStructStart()) {
          depth++;
        } else if (token.isStructEnd()) {
          depth--;
        } else if (depth == 2
            && token == JsonToken.VALUE_STRING
            && parser.currentName().equals("uid")) {
          uid = parser.getText();
        }
      }
    }
    return uid;
  }
}
