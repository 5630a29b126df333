package io.usher.parts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in a file of doors or of roles: rules, or an error that names the file. */
class PartsFuzzTest {

  @TempDir static Path work;

  /** Files that doors may name are there, so that inputs get further. */
  @FuzzTest
  void doors(byte[] text) throws Exception {
    Files.writeString(work.resolve("tokens.csv"), "s3cret,alice,1\n");
    Files.writeString(work.resolve("policy.jsonl"), "");
    Files.writeString(work.resolve("rbac.yaml"), "");
    Path path = Files.write(work.resolve("doors.yaml"), text);
    PartsFile file;
    try {
      file = PartsFile.read(path);
    } catch (IOException | IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty().doesNotContain("s3cret");
      return;
    }
    for (AutoCloseable each : file.resources()) {
      each.close();
    }
    assertThat(PartsFile.doorPaths(path)).hasSizeGreaterThanOrEqualTo(file.doors().size());
  }

  @FuzzTest
  void roles(byte[] text) throws IOException {
    Path path = Files.write(work.resolve("roles.yaml"), text);
    RbacFile roles;
    try {
      roles = new RbacFile(path);
    } catch (BadFileException e) {
      assertThat(e).hasMessageContaining("roles.yaml");
      return;
    }
    var pods =
        new RequestInfo(
            true, "/api/v1/pods", "list", "", "v1", "", "pods", "", "", List.of("pods"));
    assertThat(roles.authorize(UserInfo.of("alice", "system:masters"), pods)).isNotNull();
    assertThat(roles.authorize(UserInfo.of("alice"), pods).outcome())
        .isNotEqualTo(Authorizer.Outcome.DENY);
  }
}
