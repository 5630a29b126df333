package io.usher.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.usher.apiserver.api.GroupResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdKeysTest {

  private final EtcdKeys keys = new EtcdKeys("/registry");

  @ParameterizedTest
  @CsvSource({
    "'', pods, default/web, /registry/pods/default/web",
    "'', namespaces, default, /registry/namespaces/default",
    "example.com, widgets, default/red, /registry/example.com/widgets/default/red",
    "example.com, colors, red, /registry/example.com/colors/red",
    "apps, deployments, default/web, /registry/apps/deployments/default/web",
  })
  void keyTellsWhatItIsOf(String group, String resource, String key, String expected) {
    var groupResource = new GroupResource(group, resource);
    ByteString etcdKey = keys.of(groupResource, key);
    assertThat(etcdKey.toStringUtf8()).isEqualTo(expected);
    assertThat(keys.parse(etcdKey)).isEqualTo(new EtcdKeys.Parsed(groupResource, key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/registry",
        "/registry/",
        "/registry/pods",
        "/registry/pods/",
        "/registry/pods//web",
        "/registry/pods/default/web/more",
        "/registry/example.com/widgets",
        "/registry0/pods/default/web",
        "/other/pods/default/web"
      })
  void keyOfSomethingElseIsNone(String key) {
    assertThat(keys.parse(ByteString.copyFromUtf8(key))).isNull();
  }

  @Test
  void groupThatIsTakenForAResourceIsRefused() {
    assertThatThrownBy(() -> keys.of(new GroupResource("theatre", "shows"), "a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("group theatre has no dot: name it as a domain, theatre.example.com");
  }

  @Test
  void rangeHasAllKeysAndNoOthers() {
    assertThat(keys.begin().toStringUtf8()).isEqualTo("/registry/");
    assertThat(keys.end().toStringUtf8()).isEqualTo("/registry0");
  }
}
