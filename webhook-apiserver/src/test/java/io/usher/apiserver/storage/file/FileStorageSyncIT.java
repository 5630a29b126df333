package io.usher.apiserver.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The system calls of a writer, where strace is installed: a write is synced before it is told. */
class FileStorageSyncIT {

  private static final int WRITES = 50;

  @TempDir private Path folder;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void syncReturnsBeforeTheWriteIsTold() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
    Path trace = folder.resolve("trace");
    Process strace =
        new ProcessBuilder(
                "/usr/bin/strace",
                "-f",
                "-e",
                "trace=pwrite64,write,fdatasync,fsync",
                "-o",
                trace.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FileWriter.class.getName(),
                folder.resolve("objects.db").toString(),
                "w",
                "1")
            .redirectErrorStream(true)
            .start();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(strace.getInputStream(), StandardCharsets.US_ASCII))) {
      String first = lines.readLine();
      assumeTrue(first != null && first.startsWith("ns/"), "strace may not trace: " + first);
      for (int i = 1; i < WRITES; i++) {
        assertThat(lines.readLine()).startsWith("ns/");
      }
    } finally {
      strace.descendants().forEach(ProcessHandle::destroyForcibly);
      strace.destroyForcibly();
      strace.waitFor();
    }
    String calls = calls(Files.readAllLines(trace, StandardCharsets.ISO_8859_1));
    String[] writes = calls.split("T", -1);
    assertThat(writes).hasSizeGreaterThanOrEqualTo(WRITES);
    for (int i = 0; i < WRITES; i++) {
      assertThat(writes[i])
          .as("calls before write %d is told: P is a pwrite, S a sync that has returned", i)
          .matches("[PS]*P+S+");
    }
  }

  /** P for each write into a file, S for each sync when it returns, T for each write told. */
  private static String calls(List<String> trace) {
    var calls = new StringBuilder();
    for (String line : trace) {
      String call = line.replaceFirst("^\\d+ +", "");
      if (call.startsWith("pwrite64(")) {
        calls.append('P');
      } else if (call.matches("(f(data)?sync\\(|<\\.\\.\\. f(data)?sync resumed).*= 0")) {
        calls.append('S');
      } else if (call.startsWith("write(1, \"ns/")) {
        calls.append('T');
      }
    }
    return calls.toString();
  }
}
