package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.config.Configuration;
import io.usher.server.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The memory that a server may take, part for part, fits the limit that its container has in the
 * generated Deployment. {@code make hostile} shows that it holds.
 */
class ContainerMemoryTest {

  private static final long MIB = 1 << 20;

  /** What HotSpot reserves for a thread's stack on Linux, x86-64 and ARM. */
  private static final long STACK = MIB;

  /**
   * Threads beside those of requests and reviews: main, scheduler, watchdog, reload, fatal, log;
   * the JVM's VM thread, two compilers, reference handler, finalizer, cleaner, signals, service,
   * monitor deflation, periodic tasks, attach, one of the serial collector.
   */
  private static final int OTHER_THREADS = 18;

  /**
   * The JVM itself, as native memory tracking shows it: 16 MB of shared classes, 8 MB of symbols, 2
   * MB of modules, collector and the rest; and what its compilers take for a moment.
   */
  private static final long JVM = 40 * MIB;

  /** What lives after a full collection of a server with the sample's rules: 20 MB. */
  private static final long LIVE = 25 * MIB;

  @Test
  void allPartsFitTheContainer() throws Exception {
    long limit = containerLimit();
    long heap = limit * percent("MaxRAMPercentage") / 100;
    long stacks =
        STACK
            * (WebhookServer.MAX_THREADS
                + Scrapes.AT_ONCE
                + defaults().get(EngineSettings.MAX_HUNG_THREADS)
                + slotsOfTwoCores()
                + OTHER_THREADS);
    long all =
        heap
            + megabytes("MaxDirectMemorySize")
            + megabytes("MaxMetaspaceSize")
            + megabytes("ReservedCodeCacheSize")
            + stacks
            + JVM;
    assertThat(all).isLessThanOrEqualTo(limit);
  }

  @Test
  void allThatClientsCanFillFitsTheHeap() throws Exception {
    long heap = containerLimit() * percent("MaxRAMPercentage") / 100;
    long reviews = heap * defaults().get(EngineSettings.MEMORY_PERCENT) / 100;
    long connections =
        (long) HttpSettings.BYTES_PER_CONNECTION
            * (HttpSettings.defaultMaxConnections(heap) + WebhookServer.MAX_HEALTH_CONNECTIONS);
    long requests = (long) WebhookServer.BYTES_PER_REQUEST * WebhookServer.MAX_REQUESTS;
    long idleBuffers = 2 * Connectors.MAX_IDLE_BUFFERS;
    assertThat(LIVE + reviews + connections + requests + idleBuffers).isLessThanOrEqualTo(heap);
  }

  /** The plugin makes images of users' rules. */
  @Test
  void bothImagesHaveTheSameFlags() throws IOException {
    String plugin = read("webhook-maven-plugin/src/main/java/io/usher/maven/ImageMojo.java");
    var flags = Pattern.compile("<arg>(-XX:[^<]*)</arg>").matcher(read("webhook-image/pom.xml"));
    assertThat(flags.results().map(flag -> '"' + flag.group(1) + '"').toList())
        .hasSize(5)
        .allSatisfy(flag -> assertThat(plugin).contains(flag));
  }

  private static Configuration defaults() {
    return Configuration.read(EngineSettings.ALL, Map.of(), Map.of());
  }

  /** The Deployment gives two; of a machine with more, the default would be another. */
  private static int slotsOfTwoCores() {
    return 4;
  }

  private static long containerLimit() throws IOException {
    String deployment = read("manifests/base/deployment.yaml");
    var limit = Pattern.compile("limits:\\s+cpu: \\S+\\s+memory: (\\d+)Mi").matcher(deployment);
    assertThat(limit.find()).isTrue();
    return Long.parseLong(limit.group(1)) * MIB;
  }

  private static long percent(String flag) throws IOException {
    return number(flag, "");
  }

  private static long megabytes(String flag) throws IOException {
    return number(flag, "m") * MIB;
  }

  /** A flag of the image's entry point. */
  private static long number(String flag, String unit) throws IOException {
    var argument = Pattern.compile("<arg>-XX:" + flag + "=(\\d+)" + unit + "</arg>");
    var found = argument.matcher(read("webhook-image/pom.xml"));
    assertThat(found.find()).as(flag).isTrue();
    return Long.parseLong(found.group(1));
  }

  private static String read(String file) throws IOException {
    return Files.readString(Path.of("..").resolve(file));
  }
}
