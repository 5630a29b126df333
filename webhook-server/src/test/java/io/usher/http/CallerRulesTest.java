package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerRulesTest {

  private static final Set<String> PATHS =
      new TreeSet<>(Set.of("/mutate/a.example.com", "/validate/a.example.com"));

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "authenticate=token, authenticate: token: /mutate/a.example.com needs a token-file for it",
    "authenticate=password, authenticate: password: /mutate/a.example.com needs a password-file for it",
    "authenticate=certificate, authenticate: certificate: /mutate/a.example.com needs a client-ca for it",
    "authenticate=magic, 'authenticate: magic: magic is not one of anyone, certificate, token, password'",
    "authenticate=anyone+token, authenticate: anyone+token: anyone goes with nothing else",
    "authenticate=/mutate/b=anyone, authenticate: /mutate/b=anyone: there is no path /mutate/b",
    "client-ca=/mutate/b=ca.crt, client-ca: /mutate/b=ca.crt: there is no path /mutate/b",
    "client-names=/validate/b=name, client-names: /validate/b=name: there is no path /validate/b",
    "token-file=tokens, token-file: tokens: authenticate does not ask for it anywhere",
    "password-file=words, password-file: words: authenticate does not ask for it anywhere",
    "client-names=alice, 'client-names: alice: no client certificate is asked for there; add client-ca, and certificate to authenticate'",
    "client-names=/mutate/a.example.com=alice, 'client-names: alice: no client certificate is asked for there; add client-ca, and certificate to authenticate'",
    "client-ca=ca.crt, client-ca: ca.crt: authenticate does not ask for it anywhere"
  })
  void wrongCallersAreNamed(String flag, String message) {
    assertThatThrownBy(() -> callers(flag)).hasMessage(message);
  }

  @Test
  void twoRulesForOnePathAreRefused() {
    assertThatThrownBy(() -> callers("authenticate=anyone", "authenticate=token"))
        .hasMessage("authenticate: one is needed for /mutate/a.example.com, not [anyone, token]");
  }

  @Test
  void credentialsOfNoUseAreNamed() throws Exception {
    Path empty = Files.writeString(directory.resolve("tokens"), "# none\n");
    assertThatThrownBy(() -> callers("authenticate=token", "token-file=" + empty))
        .hasMessage("read credentials: " + empty + " has no credential");
  }

  @Test
  void aPathsOwnRuleCountsBeforeTheCommonOne() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "secret\n");
    var callers =
        callers(
            "token-file=/validate/a.example.com=" + tokens,
            "authenticate=anyone",
            "authenticate=/validate/a.example.com=token");
    assertThat(callers.of("/mutate/a.example.com").isAnyone()).isTrue();
    assertThat(callers.of("/validate/a.example.com").isAnyone()).isFalse();
  }

  @Test
  void anyoneMayCallAPathWithoutARule() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "secret\n");
    var callers = callers("token-file=" + tokens, "authenticate=/validate/a.example.com=token");
    assertThat(callers.of("/mutate/a.example.com").isAnyone()).isTrue();
    assertThat(callers.of("/validate/a.example.com").isAnyone()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "authenticate=anyone"})
  void guardedPathIsOpenToNobodyByDefault(String flag) {
    assertThatThrownBy(() -> guarded(flag))
        .hasMessage(
            "authenticate: who calls /mutate/a.example.com learns whose a token is, or what somebody"
                + " may; name the CA of the API server's client certificate,"
                + " client-ca=/mutate/a.example.com=FILE, or open it to everybody who reaches the"
                + " port, authenticate=/mutate/a.example.com=anyone");
  }

  @Test
  void guardedPathNeedsACertificateWhereThereIsACa() throws Exception {
    Path ca = directory.resolve("ca.crt");
    Files.writeString(ca, PemFile.text(new DevelopmentCertificates(Clock.systemUTC()).authority()));

    CallerRules callers = guarded("client-ca=" + ca);

    assertThat(callers.of("/mutate/a.example.com").takesCertificates()).isTrue();
    assertThat(callers.of("/validate/a.example.com").isAnyone()).isTrue();
  }

  @Test
  void guardedPathIsWhatIsSetForIt() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens"), "secret\n");

    assertThat(
            guarded("authenticate=/mutate/a.example.com=anyone")
                .of("/mutate/a.example.com")
                .isAnyone())
        .isTrue();
    assertThat(
            guarded("authenticate=token", "token-file=" + tokens)
                .of("/mutate/a.example.com")
                .isAnyone())
        .isFalse();
  }

  private static CallerRules guarded(String... flags) throws Exception {
    return callers(Set.of("/mutate/a.example.com"), flags);
  }

  private static CallerRules callers(String... flags) throws Exception {
    return callers(Set.of(), flags);
  }

  private static CallerRules callers(Set<String> guarded, String... flags) throws Exception {
    Map<String, List<String>> values =
        Arrays.stream(flags)
            .filter(flag -> !flag.isEmpty())
            .collect(
                Collectors.groupingBy(
                    flag -> flag.substring(0, flag.indexOf('=')),
                    Collectors.mapping(
                        flag -> flag.substring(flag.indexOf('=') + 1), Collectors.toList())));
    return new CallerRules(
        Configuration.read(CallerSettings.ALL, values, Map.of()),
        PATHS,
        guarded,
        Clock.systemUTC());
  }
}
