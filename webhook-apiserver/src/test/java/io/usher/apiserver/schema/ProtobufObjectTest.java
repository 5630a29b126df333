package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.management.ThreadMXBean;
import io.usher.admission.GroupVersionKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ProtobufObjectTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
  private static final GroupVersionKind DEFINITION =
      new GroupVersionKind("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
  private static final ByteString PREFIX = ByteString.copyFromUtf8("k8s\0");

  /** A message by its fields: number, value, number, value; texts, messages and integers. */
  private static ByteString message(Object... fields) {
    UnknownFieldSet.Builder message = UnknownFieldSet.newBuilder();
    for (int i = 0; i < fields.length; i += 2) {
      var field = UnknownFieldSet.Field.newBuilder();
      if (fields[i + 1] instanceof ByteString bytes) {
        field.addLengthDelimited(bytes);
      } else if (fields[i + 1] instanceof String text) {
        field.addLengthDelimited(ByteString.copyFromUtf8(text));
      } else {
        field.addVarint(((Number) fields[i + 1]).longValue());
      }
      message.mergeField((Integer) fields[i], field.build());
    }
    return message.build().toByteString();
  }

  private static byte[] envelope(String apiVersion, String kind, ByteString raw) {
    return PREFIX
        .concat(message(1, message(1, apiVersion, 2, kind), 2, raw, 3, "", 4, ""))
        .toByteArray();
  }

  private static void assertRead(GroupVersionKind kind, ByteString raw, String json)
      throws IOException {
    var mapper = new JsonMapper();
    var object = ProtobufObject.read(envelope(kind.apiVersion(), kind.kind(), raw), kind);
    assertThat(mapper.readTree(String.valueOf(object)))
        .isEqualTo(mapper.readTree(json.replace('`', '"')));
  }

  @Test
  void fieldsAreReadByTheirNumbers() throws IOException {
    ByteString container =
        message(
            1,
            "main",
            3,
            "sh",
            3,
            "-c",
            // resources.limits[cpu]
            8,
            message(1, message(1, "cpu", 2, message(1, "250m"))),
            // livenessProbe.httpGet.port, which protobuf has in a message of its own
            10,
            message(1, message(2, message(2, message(1, 1, 3, "http"))), 2, 3),
            // stdin, a field from a later Kubernetes
            16,
            1,
            999,
            "later");
    ByteString metadata =
        message(
            1,
            "p",
            8,
            message(1, 1767225600L),
            10,
            30,
            11,
            message(1, "app", 2, "web"),
            11,
            message(1, "empty"));
    ByteString volume = message(1, "v", 2, message(6, message(1, "password", 3, 0x1ff)));
    ByteString spec = message(1, volume, 2, container, 4, 0);

    assertRead(
        POD,
        message(1, metadata, 2, spec, 3, message(1, "")),
        """
        {`apiVersion`: `v1`, `kind`: `Pod`,
         `metadata`: {`name`: `p`, `creationTimestamp`: `2026-01-01T00:00:00Z`,
           `deletionGracePeriodSeconds`: 30, `labels`: {`app`: `web`, `empty`: ``}},
         `spec`: {`volumes`: [{`name`: `v`, `secret`: {`secretName`: `password`, `defaultMode`: 511}}],
           `terminationGracePeriodSeconds`: 0,
           `containers`: [{`name`: `main`, `command`: [`sh`, `-c`],
             `resources`: {`limits`: {`cpu`: `250m`}},
             `livenessProbe`: {`httpGet`: {`port`: `http`}, `initialDelaySeconds`: 3},
             `stdin`: true}]},
         `status`: {`phase`: ``}}""");
  }

  @Test
  void valuesWithFormsOfTheirOwnAreReadAsJsonHasThem() throws IOException {
    ByteString schema =
        message(
            // type, default
            5,
            "object",
            8,
            message(1, "{\"a\":1.50}"),
            // items: a list of schemas
            24,
            message(2, message(5, "string"), 2, message(5, "integer")),
            // additionalProperties: a flag, then dependencies: texts
            30,
            message(1, 0),
            32,
            message(1, "a", 2, message(2, "b", 2, "c")));

    assertRead(
        DEFINITION,
        message(2, message(7, message(1, "v1", 4, message(1, schema)))),
        """
        {`apiVersion`: `apiextensions.k8s.io/v1`, `kind`: `CustomResourceDefinition`,
         `spec`: {`versions`: [{`name`: `v1`, `schema`: {`openAPIV3Schema`: {`type`: `object`,
           `default`: {`a`: 1.50}, `items`: [{`type`: `string`}, {`type`: `integer`}],
           `additionalProperties`: false, `dependencies`: {`a`: [`b`, `c`]}}}}]}}""");
  }

  @Test
  void listsInMapsAreMessages() throws IOException {
    assertRead(
        new GroupVersionKind("authorization.k8s.io", "v1", "SubjectAccessReview"),
        message(2, message(3, "alice", 5, message(1, "scopes", 2, message(1, "a", 1, "b")))),
        """
        {`apiVersion`: `authorization.k8s.io/v1`, `kind`: `SubjectAccessReview`,
         `spec`: {`user`: `alice`, `extra`: {`scopes`: [`a`, `b`]}}}""");
  }

  @Test
  void integersMayBePacked() throws IOException {
    assertRead(
        POD,
        message(2, message(14, message(4, ByteString.copyFrom(new byte[] {1, (byte) 0xac, 2})))),
        """
        {`apiVersion`: `v1`, `kind`: `Pod`, `spec`: {`securityContext`: {`supplementalGroups`: [1, 300]}}}""");
  }

  @Test
  void kindThatIsNotBuiltInHasNoForm() throws IOException {
    var widget = new GroupVersionKind("example.com", "v1", "Widget");
    assertThat(ProtobufObject.read(envelope("example.com/v1", "Widget", ByteString.EMPTY), widget))
        .isNull();
  }

  @Test
  void brokenMessageIsRefused() {
    byte[] whole = envelope("v1", "Pod", message(1, message(1, "p")));
    assertRefused(new byte[0], "begins with the bytes \"k8s\", 0");
    assertRefused(Arrays.copyOf(whole, whole.length - 9), "truncated");
    assertRefused(envelope("v1", "Pod", message(1, 5)), "not of its type");
    assertRefused(
        envelope("v1", "Pod", message(1, message(1, ByteString.copyFrom(new byte[] {-1})))),
        "not UTF-8");
  }

  @Test
  void depthIsBounded() {
    ByteString schema = message(5, "object");
    for (int i = 0; i < 10_000; i++) {
      // not: the schema that must not match
      schema = message(28, schema);
    }
    ByteString version = message(7, message(4, message(1, schema)));
    byte[] body =
        envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", message(2, version));
    assertThatThrownBy(() -> ProtobufObject.read(body, DEFINITION))
        .isInstanceOf(IOException.class)
        .hasMessage("it is nested deeper than 256");
  }

  @Test
  void whatIsDeepIsNotCopiedOnEachLevel() throws IOException {
    ByteString schema = message(4, "d".repeat(1 << 20));
    for (int i = 0; i < 200; i++) {
      schema = message(28, schema);
    }
    ByteString version = message(7, message(4, message(1, schema)));
    byte[] body =
        envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", message(2, version));
    long before = THREADS.getCurrentThreadAllocatedBytes();
    assertThat(ProtobufObject.read(body, DEFINITION)).isNotNull();
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(50L << 20);
  }

  private static void assertRefused(byte[] body, String why) {
    assertThatThrownBy(() -> ProtobufObject.read(body, POD))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }
}
