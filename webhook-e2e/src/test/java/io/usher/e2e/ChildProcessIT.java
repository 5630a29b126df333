package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChildProcessIT {

  private static final List<String> SLEEP = List.of("sleep", "600");

  @Test
  void processEndsWithItsOwner() throws Exception {
    Process owner = new ProcessBuilder(SLEEP).start();
    Process child = ChildProcess.builder(owner.toHandle(), SLEEP).start();
    try {
      Eventually.eventually(() -> assertThat(child.children()).hasSize(1));
      owner.destroyForcibly();
      Eventually.eventually(() -> assertThat(child.isAlive()).isFalse());
    } finally {
      owner.destroyForcibly();
      child.destroyForcibly();
    }
  }

  @Test
  void processThatEndsLeavesNothingBehind() throws Exception {
    Process child = ChildProcess.builder(ProcessHandle.current(), SLEEP).start();
    Eventually.eventually(() -> assertThat(child.children()).hasSize(1));
    List<ProcessHandle> watchers = child.descendants().toList();
    child.destroy();
    assertThat(child.waitFor()).isEqualTo(128 + 15);
    Eventually.eventually(() -> assertThat(watchers).noneMatch(ProcessHandle::isAlive));
  }
}
