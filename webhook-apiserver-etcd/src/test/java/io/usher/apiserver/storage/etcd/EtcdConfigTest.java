package io.usher.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdConfigTest {

  private static final List<URI> HTTP = List.of(URI.create("http://127.0.0.1:2379"));
  private static final EtcdConfig.Tls TLS =
      new EtcdConfig.Tls(Path.of("ca.crt"), Path.of("tls.crt"), Path.of("tls.key"));

  @Test
  void prefixIsKubeApiserversUntilToldOtherwise() {
    assertThat(EtcdConfig.of(HTTP).prefix()).isEqualTo("/registry");
    assertThat(EtcdConfig.of(HTTP).withPrefix("/theatre").prefix()).isEqualTo("/theatre");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "registry", "/registry/"})
  void badPrefixIsRefused(String prefix) {
    assertThatThrownBy(() -> EtcdConfig.of(HTTP).withPrefix(prefix))
        .hasMessage(
            "etcd prefix \""
                + prefix
                + "\" must begin with a slash and not end with one: /registry");
  }

  @Test
  void serversAreOfOneScheme() {
    assertThatThrownBy(() -> EtcdConfig.of(List.of()))
        .hasMessage("no etcd server is named: write http://127.0.0.1:2379");
    assertThatThrownBy(() -> EtcdConfig.of(List.of(URI.create("https://etcd-0:2379"))))
        .hasMessage(
            "etcd server https://etcd-0:2379 must be http://HOST:PORT;"
                + " https needs the files of a client certificate");
    assertThatThrownBy(() -> EtcdConfig.of(HTTP, TLS))
        .hasMessage("etcd server http://127.0.0.1:2379 must be https://HOST:PORT");
    assertThatThrownBy(() -> EtcdConfig.of(List.of(URI.create("http://etcd"))))
        .hasMessageContaining("etcd server http://etcd must be http://HOST:PORT");
  }
}
