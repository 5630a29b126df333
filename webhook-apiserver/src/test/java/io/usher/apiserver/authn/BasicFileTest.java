package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BasicFileTest {

  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("basic.csv"), text);
  }

  @Test
  void nameAndPasswordAreTheUser() throws IOException {
    var file = new BasicFile(write("p:w é,alice,uid-1,\"devs,ops\"\nsame,bob,2\nsame,carol,3"));
    assertThat(file.authenticate(Requests.basic("alice", "p:w é")))
        .isEqualTo(new UserInfo("alice", "uid-1", List.of("devs", "ops"), Map.of()));
    assertThat(file.authenticate(Requests.basic("carol", "same")))
        .isEqualTo(new UserInfo("carol", "3", List.of(), Map.of()));
  }

  static Stream<ApiRequest> wrong() {
    return Stream.of(
        Requests.basic("alice", "other"),
        Requests.basic("alice", ""),
        Requests.basic("nobody", "pw"),
        Requests.authorization("Basic !!!"),
        Requests.authorization("Basic YWxpY2U="));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongCredentialIsRefused(ApiRequest request) throws IOException {
    var file = new BasicFile(write("pw,alice,1"));
    assertThatThrownBy(() -> file.authenticate(request))
        .isInstanceOf(ApiException.class)
        .hasMessage("invalid username/password combination");
  }

  @Test
  void otherHeaderIsOfNoConcern() throws IOException {
    var file = new BasicFile(write("pw,alice,1"));
    assertThat(file.authenticate(Requests.bearer("pw"))).isNull();
    assertThat(file.authenticate(Requests.anonymous())).isNull();
  }

  @Test
  void passwordThatIsNoLongerThereIsRevoked() throws IOException {
    var file = new BasicFile(write("pw,alice,1"));
    write("new,alice,1");
    file.reload();
    assertThatThrownBy(() -> file.authenticate(Requests.basic("alice", "pw")))
        .isInstanceOf(ApiException.class);
    assertThat(file.authenticate(Requests.basic("alice", "new"))).isNotNull();
  }

  static Stream<List<String>> badFiles() {
    return Stream.of(
        List.of("s3cret,alice", "line 1: has 2 columns: write password,user,uid,\"group1,group2\""),
        List.of("\n,alice,1", "line 2: the first column, the password, is empty"),
        List.of("s3cret,,1", "line 1: the second column, the user's name, is empty"),
        List.of(
            "s3cret,a:b,1",
            "line 1: the user's name has a colon, which ends the name in HTTP's Basic scheme"
                + " (RFC 7617)"),
        List.of("s3cret,a,1\ns3cret2,a,1", "line 2: the user has a password in line 1 already"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void errorNamesTheLineAndNoPassword(List<String> textAndMessage) {
    assertThatThrownBy(() -> new BasicFile(write(textAndMessage.get(0))))
        .hasMessage(folder.resolve("basic.csv") + ", " + textAndMessage.get(1));
  }
}
