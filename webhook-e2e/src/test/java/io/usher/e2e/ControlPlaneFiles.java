package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder of a machine of the control plane, into which {@code usher manifests} writes. */
final class ControlPlaneFiles {

  private static final String CLIENT = "kube-apiserver";

  private final UsherProcess.Launcher launcher;
  private final Path folder;
  private final String there;

  /**
   * A new folder of this machine.
   *
   * @param launcher of the server that kube-apiserver is led to
   */
  ControlPlaneFiles(UsherProcess.Launcher launcher, Path folder) throws IOException {
    this(launcher, folder, folder.toString());
  }

  /**
   * A new folder that another machine has.
   *
   * @param there where it has it
   */
  ControlPlaneFiles(UsherProcess.Launcher launcher, Path folder, String there) throws IOException {
    this.launcher = launcher;
    this.folder = Files.createDirectories(folder);
    this.there = there;
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  /** Puts what an operator brings beside the files that are generated. */
  void bringCertificates() throws IOException {
    CertificateFiles certificates = launcher.certificates();
    certificates.issue(CLIENT);
    Files.copy(certificates.ca(), file("ca.crt"));
    Files.copy(certificates.certificate(CLIENT), file(CLIENT + ".crt"));
    Files.copy(certificates.key(CLIENT), file(CLIENT + ".key"));
  }

  /** Writes the files, and gives the flags that name them. */
  String[] write(String... options) throws Exception {
    run(options);
    return Files.readAllLines(file("kube-apiserver.flags")).stream()
        .filter(line -> line.startsWith("--"))
        .toArray(String[]::new);
  }

  /** Writes the files. */
  void run(String... options) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                launcher.server().toString(),
                "manifests",
                "--name=usher",
                "--folder=" + there,
                "--out=" + folder));
    command.addAll(List.of(options));
    Path log = folder.resolveSibling("manifests.log");
    int code = ChildProcess.builder(log, command).start().waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
  }
}
