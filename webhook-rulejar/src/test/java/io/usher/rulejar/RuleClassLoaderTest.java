package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.certs.CertificateAuthority;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a class can ask for of where it is from. */
class RuleClassLoaderTest {

  private static final String NAME = "com.example.Team";

  @TempDir Path work;

  @Test
  void packageKnowsWhatTheManifestSays() throws Exception {
    Path jar = team("red").manifest("Implementation-Version", "1.2.3").jar(work.resolve("t.jar"));

    try (RuleClassLoader loader = loader(jar)) {
      assertThat(loader.loadClass(NAME).getPackage().getImplementationVersion()).isEqualTo("1.2.3");
    }
  }

  @Test
  void packageMayBeInTwoPlaces() throws Exception {
    Path directory = team("red").directory();
    Path jar =
        new JarBuilder(work)
            .source("com.example.Other", "package com.example; public class Other {}")
            .jar(work.resolve("other.jar"));

    try (RuleClassLoader loader = loader(directory, jar)) {
      assertThat(loader.loadClass(NAME).getPackage())
          .isEqualTo(loader.loadClass("com.example.Other").getPackage());
    }
  }

  @Test
  void classKnowsWhereItIsFrom() throws Exception {
    Path jar = team("red").jar(work.resolve("t.jar"));
    Path directory = team("red").directory();

    for (Path root : List.of(jar, directory)) {
      try (RuleClassLoader loader = loader(root)) {
        assertThat(loader.loadClass(NAME).getProtectionDomain().getCodeSource().getLocation())
            .isEqualTo(root.toUri().toURL());
      }
    }
  }

  @Test
  void jarThatIsWrittenAgainIsReadAgain() throws Exception {
    Path jar = work.resolve("t.jar");
    for (String color : List.of("red", "blue")) {
      team(color).jar(jar);
      try (RuleClassLoader loader = loader(jar)) {
        assertThat(loader.loadClass(NAME).getField("COLOR").get(null)).isEqualTo(color);
      }
    }
  }

  @Test
  void signaturesAreVerified() throws Exception {
    Path signed = signed(team("red").jar(work.resolve("red.jar")));
    Path tampered = tampered(signed, team("blue").jar(work.resolve("blue.jar")));

    try (RuleClassLoader loader = loader(signed)) {
      assertThat(loader.loadClass(NAME).getProtectionDomain().getCodeSource().getCodeSigners())
          .hasSize(1);
    }
    try (RuleClassLoader loader = loader(tampered)) {
      assertThatThrownBy(() -> loader.loadClass(NAME))
          .isInstanceOf(SecurityException.class)
          .hasMessageContaining("digest error for com/example/Team.class");
    }
  }

  private JarBuilder team(String color) {
    return new JarBuilder(work)
        .source(
            NAME,
            "package com.example; public class Team { public static String COLOR = \"%s\"; }"
                .formatted(color));
  }

  private static RuleClassLoader loader(Path... roots) throws Exception {
    var urls = new ArrayList<URL>();
    for (Path root : roots) {
      urls.add(root.toUri().toURL());
    }
    return new RuleClassLoader(
        "t", urls.toArray(URL[]::new), RuleClassLoaderTest.class.getClassLoader());
  }

  private static Path signed(Path jar) throws Exception {
    Instant now = Instant.now();
    Duration day = Duration.ofDays(1);
    CertifiedKey key =
        CertificateAuthority.create("authority", now, day)
            .issue(Purpose.SERVER, "signer", List.of(), now, day);
    var signer =
        new JarSigner.Builder(
                key.key(),
                CertificateFactory.getInstance("X.509")
                    .generateCertPath(List.of(key.certificate())))
            .build();
    Path signed = jar.resolveSibling("signed.jar");
    try (var in = new ZipFile(jar.toFile());
        OutputStream out = Files.newOutputStream(signed)) {
      signer.sign(in, out);
    }
    return signed;
  }

  /** The signed jar with the classes of another. */
  private static Path tampered(Path signed, Path other) throws Exception {
    Path tampered = signed.resolveSibling("tampered.jar");
    try (var in = new ZipFile(signed.toFile());
        var classes = new ZipFile(other.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(tampered))) {
      for (ZipEntry entry : in.stream().toList()) {
        ZipFile source = entry.getName().endsWith(".class") ? classes : in;
        out.putNextEntry(new ZipEntry(entry.getName()));
        source.getInputStream(source.getEntry(entry.getName())).transferTo(out);
      }
    }
    return tampered;
  }
}
