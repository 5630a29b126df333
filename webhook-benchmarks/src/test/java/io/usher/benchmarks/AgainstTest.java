package io.usher.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgainstTest {

  @TempDir private Path worktree;

  @Test
  void findsTheServerOfEitherLayout() throws IOException {
    Path old = jar("webhook-server");
    assertThat(Against.builtIn(worktree)).isEqualTo(old.toAbsolutePath());

    Path today = jar("webhook-cli");
    assertThat(Against.builtIn(worktree)).isEqualTo(today.toAbsolutePath());
  }

  @Test
  void namesAWorktreeThatWasNotBuilt() {
    assertThatThrownBy(() -> Against.builtIn(worktree))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--against " + worktree + ": it holds no usher.jar; run 'make build' there");
  }

  private Path jar(String module) throws IOException {
    Path target = Files.createDirectories(worktree.resolve(module).resolve("target"));
    return Files.createFile(target.resolve("usher.jar"));
  }
}
