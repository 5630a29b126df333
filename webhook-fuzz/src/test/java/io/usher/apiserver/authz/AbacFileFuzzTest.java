package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in the file, the answer is a decision or an error that names file and line. */
class AbacFileFuzzTest {

  @TempDir static Path work;

  @FuzzTest
  void policies(byte[] text) throws IOException {
    Path file = Files.write(work.resolve("policy.jsonl"), text);
    AbacFile policies;
    try {
      policies = new AbacFile(file);
    } catch (BadFileException e) {
      assertThat(e).hasMessageContaining("policy.jsonl");
      return;
    }
    var pods =
        new RequestInfo(
            true, "/api/v1/pods", "list", "", "v1", "", "pods", "", "", List.of("pods"));
    UserInfo anonymous = UserInfo.of("system:anonymous", "system:unauthenticated");
    policies.authorize(UserInfo.of("alice", "system:authenticated"), pods);
    policies.rulesFor(UserInfo.of("alice", "system:authenticated"), "default");
    policies.authorize(anonymous, pods);
  }
}
