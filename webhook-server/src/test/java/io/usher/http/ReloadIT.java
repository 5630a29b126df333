package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates change under a stream of reviews. */
@Timeout(60)
class ReloadIT {

  @TempDir private Path directory;

  @Test
  void newConnectionsSeeTheNewCertificateAndOldOnesGoOn() throws Exception {
    try (var server = new TestServer(directory).start();
        var kept = server.raw()) {
      var ended = new AtomicBoolean();
      var answered = new AtomicInteger();
      var stream =
          CompletableFuture.supplyAsync(
              () -> {
                while (!ended.get()) {
                  try {
                    assertThat(kept.post(Reviews.pod()).read().status()).isEqualTo(200);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  answered.incrementAndGet();
                }
                return answered.get();
              });
      assertThat(certificateName(server)).isEqualTo("CN=server");
      for (int i = 0; i < 3; i++) {
        server.issue("server-" + i);
        server.server().reload(server.files().reload());
        assertThat(certificateName(server)).isEqualTo("CN=server-" + i);
        int before = answered.get();
        while (answered.get() < before + 3 && !stream.isDone()) {
          Thread.sleep(5);
        }
      }
      Files.writeString(server.path("tls.key"), "nothing");
      assertThat(server.files().reload()).isNull();
      assertThat(certificateName(server)).isEqualTo("CN=server-2");
      ended.set(true);
      assertThat(stream.get()).isGreaterThanOrEqualTo(9);
    }
  }

  private static String certificateName(TestServer server) throws Exception {
    try (var client = server.raw()) {
      assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
      var certificate = (X509Certificate) client.socket().getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }
}
