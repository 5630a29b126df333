package io.usher.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.http.CallerSettings;
import io.usher.http.HttpSettings;
import io.usher.server.CertificateSettings;
import io.usher.server.EngineSettings;
import io.usher.server.ServerSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

  private static final Setting<String> SIZE =
      Setting.one("size", "WORD", "small", ValueType.oneOf("small", "large"), "How large");

  private static final List<Setting<?>> SETTINGS =
      Stream.concat(Stream.of(Configuration.FILE, SIZE), ServerSettings.ALL.stream()).toList();

  @TempDir private Path directory;

  private final Map<String, List<String>> flags = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @Test
  void defaultsHoldWhenNothingIsGiven() throws Exception {
    var configuration = read();
    assertThat(configuration.get(HttpSettings.PORT)).isEqualTo(8443);
    assertThat(configuration.get(HttpSettings.HEADER_TIMEOUT)).isEqualTo(Duration.ofSeconds(5));
    assertThat(configuration.get(HttpSettings.IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(120));
    assertThat(configuration.get(HttpSettings.MAX_BODY)).isEqualTo(8 << 20);
    assertThat(configuration.get(CertificateSettings.DEV_CERTS_NAMES))
        .containsExactly("localhost", "127.0.0.1", "::1");
    assertThat(configuration.find(CertificateSettings.CERT)).isEmpty();
  }

  @Test
  void flagCountsBeforeVariableBeforeFileBeforeDefault() throws Exception {
    file("port: 1\nhealthPort: 2\nslots: 3\n");
    environment.put("USHER_PORT", "11");
    environment.put("USHER_HEALTH_PORT", "12");
    flags.put("port", List.of("21"));
    var configuration = read();
    assertThat(configuration.get(HttpSettings.PORT)).isEqualTo(21);
    assertThat(configuration.get(HttpSettings.HEALTH_PORT)).isEqualTo(12);
    assertThat(configuration.get(EngineSettings.SLOTS)).isEqualTo(3);
    assertThat(configuration.get(EngineSettings.MAX_DEPTH)).isEqualTo(500);
  }

  @Test
  void listsAreRepeatedFlagsOrCommasOrYamlLists() throws Exception {
    flags.put("client-names", List.of("a", "b"));
    environment.put("USHER_DEV_CERTS_NAMES", "c,d");
    file("rules: [e.jar, f.jar]\nauthenticate: token\n");
    var configuration = read();
    assertThat(configuration.get(CallerSettings.CLIENT_NAMES))
        .extracting(PathScoped::value)
        .containsExactly("a", "b");
    assertThat(configuration.get(CertificateSettings.DEV_CERTS_NAMES)).containsExactly("c", "d");
    assertThat(configuration.get(ServerSettings.RULES))
        .containsExactly(Path.of("e.jar"), Path.of("f.jar"));
    assertThat(configuration.get(CallerSettings.AUTHENTICATE))
        .containsExactly(PathScoped.everywhere("token"));
  }

  @Test
  void unknownKeyIsNamedWithItsLine() throws Exception {
    Path file = file("# first\n\nport: 1\nprot: 2\n");
    assertWrong(file + ":4: prot: there is no such key");
  }

  @Test
  void keyThatIsThereTwiceIsNamed() throws Exception {
    Path file = file("port: 1\nport: 2\n");
    assertWrong(file + ":2: ");
  }

  @Test
  void wrongShapesAreNamed() throws Exception {
    Path file = file("port: {a: 1}\n");
    assertWrong(file + ":1: port: a value, or a list of values, is needed");
    file("- port\n");
    assertWrong(file + ":1: the file must be a mapping");
    file("port: [1, 2]\n");
    assertWrong(file + ":1: port: one value is needed");
    file("port: 'unclosed\n");
    assertWrong(file + ":");
  }

  @Test
  void wrongValuesAreNamedWithWhatIsWanted() throws Exception {
    flags.put("port", List.of("65536"));
    assertWrong("--port: 65536 is not within 0 to 65535");
    flags.put("port", List.of("1", "2"));
    assertWrong("--port: one value is needed");
    flags.clear();
    environment.put("USHER_MAX_BODY", "8MB");
    assertWrong("USHER_MAX_BODY: 8MB is not a size like 8Mi");
    environment.put("USHER_MAX_BODY", "9Gi");
    assertWrong("USHER_MAX_BODY: 9Gi is not within 1 to 2Gi");
    environment.clear();
    Path file = file("decisionLog: maybe\n");
    assertWrong(file + ":1: decisionLog: maybe is neither true nor false");
    file("size: huge\n");
    assertWrong(file + ":1: size: huge is not one of small, large");
    file("headerTimeout: 0s\n");
    assertWrong(file + ":1: headerTimeout: a duration must be greater than zero");
  }

  @Test
  void unknownVariableIsNamed() {
    environment.put("USHER_PROT", "1");
    assertWrong("USHER_PROT: there is no such setting");
  }

  @Test
  void variablesThatKubernetesSetsForAServiceAreNotMeant() throws Exception {
    environment.put("USHER_PORT", "tcp://10.0.0.1:443");
    environment.put("USHER_SERVICE_HOST", "10.0.0.1");
    environment.put("USHER_SERVICE_PORT", "443");
    environment.put("USHER_SERVICE_PORT_HTTPS", "443");
    environment.put("USHER_PORT_443_TCP", "tcp://10.0.0.1:443");
    environment.put("USHER_PORT_443_TCP_PORT", "443");
    environment.put("USHER_PORT_443_TCP_PROTO", "tcp");
    environment.put("USHER_METRICS_SERVICE_HOST", "10.0.0.2");
    assertThat(read().get(HttpSettings.PORT)).isEqualTo(8443);
  }

  @Test
  void aProgramsValueIsCheckedLikeAText() {
    assertThat(Configuration.defaults().with(HttpSettings.PORT, 0).get(HttpSettings.PORT)).isZero();
    assertThatThrownBy(() -> Configuration.defaults().with(HttpSettings.PORT, 65_536))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("port: 65536 is not within 0 to 65535");
    assertThatThrownBy(
            () ->
                Configuration.defaults()
                    .with(CallerSettings.CLIENT_NAMES, List.of(PathScoped.everywhere(" "))))
        .hasMessage("client-names: the value is empty");
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    flags.put("config", List.of("/no/such/file.yaml"));
    assertWrong("--config: read /no/such/file.yaml");
  }

  @Test
  void eachSettingHasOneNameInEachPlace() {
    for (var setting : SETTINGS) {
      assertThat(setting.name()).matches("[a-z]+(-[a-z]+)*");
    }
    assertThat(HttpSettings.HEADER_TIMEOUT.flag()).isEqualTo("--header-timeout");
    assertThat(HttpSettings.HEADER_TIMEOUT.variable()).isEqualTo("USHER_HEADER_TIMEOUT");
    assertThat(HttpSettings.HEADER_TIMEOUT.key()).isEqualTo("headerTimeout");
    assertThat(SETTINGS).extracting(Setting::name).doesNotHaveDuplicates();
  }

  private Configuration read() throws ConfigurationException {
    return Configuration.read(SETTINGS, flags, environment);
  }

  private Path file(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("usher.yaml"), text);
    flags.put("config", List.of(file.toString()));
    return file;
  }

  private void assertWrong(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message);
  }
}
