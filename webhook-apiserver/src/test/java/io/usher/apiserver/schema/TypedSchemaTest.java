package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are kube-apiserver 1.36.3's. */
class TypedSchemaTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static TypedSchema schema(String kind) {
    return TypedSchema.builtIn(new GroupVersionKind("", "v1", kind), object -> {});
  }

  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) JSON.readTree(text.replace('`', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Pod | {`metadata`:{`labels`:{`a`:1}},`spec`:{`containers`:[{`name`:1}]}} | json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string
          Pod | {`spec`:{`containers`:`x`}} | json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container
          Pod | {`spec`:{`containers`:[{`imagePullPolicy`:3}]}} | json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy
          Pod | {`metadata`:{`creationTimestamp`:`x`}} | parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"
          Pod | {`spec`:{`priority`:99999999999,`terminationGracePeriodSeconds`:1.5}} | json: cannot unmarshal number 99999999999 into Go struct field PodSpec.spec.priority of type int32
          Pod | {`spec`:{`containers`:[{`volumeMounts`:[{`name`:{}}]}]}} | json: cannot unmarshal object into Go struct field VolumeMount.spec.containers.volumeMounts.name of type string
          Service | {`spec`:{`ipFamilies`:[1]}} | json: cannot unmarshal number into Go struct field ServiceSpec.spec.ipFamilies of type v1.IPFamily
          Service | {`spec`:{`ipFamilies`:1}} | json: cannot unmarshal number into Go struct field ServiceSpec.spec.ipFamilies of type []v1.IPFamily
          Service | {`spec`:{`ports`:[{`port`:`a`,`targetPort`:true}]}} | json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32
          Service | {`spec`:{`ports`:[{`targetPort`:1.5}]}} | json: cannot unmarshal number 1.5 into Go struct field ServicePort.spec.ports.targetPort of type int32
          Secret | {`data`:{`a`:`%%`}} | illegal base64 data at input byte 0
          Secret | {`data`:{`a`:1}} | json: cannot unmarshal number into Go struct field Secret.data of type []uint8
          ConfigMap | {`metadata`:`x`} | json: cannot unmarshal string into Go struct field ConfigMap.metadata of type v1.ObjectMeta
          ConfigMap | {`metadata`:{`managedFields`:[{`time`:1}]}} | json: cannot unmarshal number into Go struct field ManagedFieldsEntry.metadata.managedFields.time of type string
          Pod | {`spec`:{`volumes`:[{`emptyDir`:{`sizeLimit`:`x`}}],`containers`:[{`command`:`x`}]}} | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'
          """,
      quoteCharacter = '~')
  void valueOfTheWrongTypeIsNamedAsGoDoes(String kind, String object, String problem)
      throws Exception {
    ObjectNode tree = json(object);
    assertThatThrownBy(() -> schema(kind).prune(tree))
        .isInstanceOf(ApiException.class)
        .hasMessage(problem);
  }

  @Test
  void ofManyUnknownFieldsTheFirstAreTold() {
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < 1000; i++) {
      object.put("f" + i, i);
    }
    assertThat(schema("ConfigMap").prune(object))
        .hasSize(50)
        .startsWith("f0", "f1")
        .endsWith("f49");
    assertThat(object).isEmpty();
  }

  @Test
  void unknownFieldsGoAndAreNamedInOrder() throws Exception {
    ObjectNode pod =
        json(
            """
            {"kind": "Pod", "foo": 1, "metadata": {"Name": "x", "labels": {"any": "y"}},
             "spec": {"containers": [{"name": "a"}, {"imge": "b", "env": [{"nam": "c"}]}]}}
            """);
    assertThat(schema("Pod").prune(pod))
        .containsExactly(
            "foo", "metadata.Name", "spec.containers[1].imge", "spec.containers[1].env[0].nam");
    assertThat(pod)
        .isEqualTo(
            json(
                """
                {"kind": "Pod", "metadata": {"labels": {"any": "y"}},
                 "spec": {"containers": [{"name": "a"}, {"env": [{}]}]}}
                """));
  }

  @Test
  void valuesThatSayNothingGo() throws Exception {
    ObjectNode pod =
        json(
            """
            {"metadata": {"creationTimestamp": null, "labels": {}, "annotations": {"a": ""}},
             "spec": {"hostNetwork": false, "priority": 0, "hostname": "", "volumes": [],
                      "securityContext": {}, "nodeSelector": null}}
            """);
    assertThat(schema("Pod").prune(pod)).isEmpty();
    assertThat(pod)
        .isEqualTo(
            json(
                """
                {"metadata": {"annotations": {"a": ""}},
                 "spec": {"priority": 0, "securityContext": {}}}
                """));
  }

  @Test
  void fieldsThatAreAlwaysWrittenAppear() throws Exception {
    ObjectNode service = json("{\"spec\": {\"ports\": [{\"port\": 80}]}}");
    schema("Service").setDefaults(service);
    assertThat(service)
        .isEqualTo(
            json(
                """
                {"metadata": {}, "spec": {"ports": [{"port": 80, "targetPort": 0}]},
                 "status": {"loadBalancer": {}}}
                """));
  }

  @Test
  void quantitiesAndTimesGetTheirCanonicalForm() throws Exception {
    ObjectNode pod =
        json(
            """
            {"metadata": {"creationTimestamp": "2026-01-02T03:04:05.9+01:00"},
             "spec": {"overhead": {"cpu": 0.5, "memory": "2048Mi"}}}
            """);
    schema("Pod").prune(pod);
    assertThat(pod)
        .isEqualTo(
            json(
                """
                {"metadata": {"creationTimestamp": "2026-01-02T02:04:05Z"},
                 "spec": {"overhead": {"cpu": "500m", "memory": "2Gi"}}}
                """));
  }
}
