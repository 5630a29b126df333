package io.usher.benchmarks.patch;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;

/** A Pod, and the edit of a rule. Both documents are parsed on their own and share nothing. */
enum Edit {
  /** One label on the Pod of the 6 KB review. */
  LABEL_6K("/io/usher/benchmarks/review-6k.json") {
    @Override
    void edit(ObjectNode pod) {
      pod.withObject("/metadata/labels").put("team", "payments");
    }
  },

  /** A sidecar before the containers of the Pod of the 60 KB review. */
  CONTAINER_60K("/io/usher/benchmarks/review-60k.json") {
    @Override
    void edit(ObjectNode pod) {
      ((ArrayNode) pod.at("/spec/containers"))
          .insertObject(0)
          .put("name", "sidecar")
          .put("image", "registry.example.com/proxy:1");
    }
  };

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final String review;

  Edit(String review) {
    this.review = review;
  }

  abstract void edit(ObjectNode pod);

  JsonNode before() {
    try (InputStream in = Edit.class.getResourceAsStream(review)) {
      return MAPPER.readTree(in).at("/request/object");
    } catch (IOException e) {
      throw new IllegalStateException("read " + review, e);
    }
  }

  JsonNode after() {
    ObjectNode pod = (ObjectNode) before();
    edit(pod);
    return pod;
  }
}
