package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.e2e.Kubectl.Output;
import io.usher.e2e.TwoServers.Both;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What kubectl prints at {@code usher apiserver} is what it prints at kube-apiserver. */
class KubectlStepsIT {

  @TempDir private static Path work;
  private static TwoServers servers;
  private static KubectlSteps steps;

  @BeforeAll
  static void start() throws IOException {
    servers = new TwoServers(Files.createDirectory(work.resolve("servers")));
    steps = new KubectlSteps("steps.txt", servers, work);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @TestFactory
  Stream<DynamicTest> kubectlPrintsTheSame() {
    assertThat(steps.all()).hasSizeGreaterThanOrEqualTo(60);
    return steps.all().stream().map(step -> DynamicTest.dynamicTest(step, () -> compare(step)));
  }

  private static void compare(String step) {
    Both<Output> printed = steps.run(step);
    assertThat(printed.own()).isEqualTo(printed.real());
  }
}
