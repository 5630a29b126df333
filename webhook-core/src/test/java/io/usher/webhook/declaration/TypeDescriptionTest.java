package io.usher.webhook.declaration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeDescriptionTest {

  @ParameterizedTest
  @ValueSource(classes = {ObjectNode.class, JsonNode.class, GenericKubernetesResource.class})
  void treesFitEveryKind(Class<?> type) {
    assertThat(TypeDescription.plain(type.getName()).untyped()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(classes = {ArrayNode.class, Pod.class, Object.class})
  void othersDoNot(Class<?> type) {
    assertThat(TypeDescription.plain(type.getName()).untyped()).isFalse();
  }

  @Test
  void namesAreShortInMessages() {
    assertThat(TypeDescription.plain("io.fabric8.Outer.Inner").simpleName()).isEqualTo("Inner");
  }
}
