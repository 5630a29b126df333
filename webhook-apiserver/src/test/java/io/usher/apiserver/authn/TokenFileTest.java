package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.LogLines;
import io.usher.apiserver.api.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("tokens.csv"), text);
  }

  @Test
  void tokenIsItsUser() throws IOException {
    var file = new TokenFile(write("t1,alice,uid-1,\"devs,ops\"\nt2,bob,\nt3,carol,3,devs,more\n"));
    assertThat(file.authenticate(Requests.bearer("t1")))
        .isEqualTo(new UserInfo("alice", "uid-1", List.of("devs", "ops"), Map.of()));
    assertThat(file.authenticate(Requests.bearer("t2"))).isEqualTo(UserInfo.of("bob"));
    assertThat(file.authenticate(Requests.bearer("t3")))
        .isEqualTo(new UserInfo("carol", "3", List.of("devs"), Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer t1", "bearer t1", "BEARER t1 more", "  Bearer t1  "})
  void schemeHasNoCaseAndBlanksDoNotCount(String header) throws IOException {
    var file = new TokenFile(write("t1,alice,1"));
    assertThat(file.authenticate(Requests.authorization(header))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic dDE6", "Bearer", "t1", "", "Bearer  t1"})
  void otherHeaderIsOfNoConcern(String header) throws IOException {
    var file = new TokenFile(write("t1,alice,1"));
    assertThat(file.authenticate(Requests.authorization(header))).isNull();
    assertThat(file.authenticate(Requests.anonymous())).isNull();
  }

  @Test
  void unknownTokenIsRefusedAndNotQuoted() throws IOException {
    var file = new TokenFile(write("t1,alice,1"));
    assertThatThrownBy(() -> file.authenticate(Requests.bearer("t2")))
        .isInstanceOf(ApiException.class)
        .hasMessage("invalid bearer token")
        .extracting(e -> ((ApiException) e).status().message())
        .isEqualTo("Unauthorized");
  }

  @Test
  void tokenThatIsNoLongerThereIsRevoked() throws IOException {
    var file = new TokenFile(write("t1,alice,1\nt2,bob,2"));
    write("t2,bob,2");
    file.reload();
    assertThatThrownBy(() -> file.authenticate(Requests.bearer("t1")))
        .isInstanceOf(ApiException.class);
    assertThat(file.authenticate(Requests.bearer("t2"))).isNotNull();
    write("");
    file.reload();
    assertThatThrownBy(() -> file.authenticate(Requests.bearer("t2")))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void badReloadRevokesNothing() throws IOException {
    var file = new TokenFile(write("t1,alice,1"));
    write("t1,alice");
    file.reload();
    assertThat(file.authenticate(Requests.bearer("t1"))).isNotNull();
  }

  @Test
  void laterLineOfATokenCountsAndALineWithoutOneIsSkipped() throws IOException {
    Path path = write("s3cret,alice,1\n,nobody,2\ns3cret,bob,3\n");
    try (var log = LogLines.of(TokenFile.class)) {
      var file = new TokenFile(path);
      assertThat(file.authenticate(Requests.bearer("s3cret")))
          .extracting(UserInfo::username)
          .isEqualTo("bob");
      assertThat(log.lines())
          .containsExactly(
              "WARN " + path + ", line 2: skipped, as the token is empty",
              "WARN " + path + ", line 3: replaces an earlier line of the same token");
    }
  }

  @Test
  void errorNamesTheLineAndWhatToWrite() throws IOException {
    assertThatThrownBy(() -> new TokenFile(write("t1,alice,1\n\ns3cret,bob")))
        .hasMessage(
            folder.resolve("tokens.csv")
                + ", line 3: has 2 columns: write token,user,uid,\"group1,group2\"");
    assertThatThrownBy(() -> new TokenFile(write("s3cret,,1")))
        .hasMessage(
            folder.resolve("tokens.csv")
                + ", line 1: the second column, the user's name, is empty");
  }
}
