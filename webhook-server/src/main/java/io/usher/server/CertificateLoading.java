package io.usher.server;

import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.TlsFiles;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.http.CallerRules;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;

/**
 * Loads the server's certificate on a thread of its own: the first use of the JDK's cryptography
 * takes as long as the loading of rules.
 */
final class CertificateLoading {

  private final TlsFiles files;
  private final FutureTask<SSLContext> loading;
  private final Thread thread;

  private CertificateLoading(Configuration settings, Clock clock) {
    files = files(settings);
    loading = new FutureTask<>(() -> load(settings, clock));
    thread = new Thread(loading, "certificate");
    thread.setDaemon(true);
  }

  /**
   * Begins to load.
   *
   * @throws ConfigurationException when the settings name no certificate
   */
  static CertificateLoading begin(Configuration settings, Clock clock) {
    var begun = new CertificateLoading(settings, clock);
    begun.thread.start();
    return begun;
  }

  TlsFiles files() {
    return files;
  }

  /**
   * The context, once it is there.
   *
   * @throws ConfigurationException when a file is not what it should be
   */
  SSLContext await() {
    try {
      return loading.get();
    } catch (ExecutionException e) {
      throw new ConfigurationException(
          "load the certificate", Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the certificate was loaded", e);
    }
  }

  /** Waits for the thread's end, whatever comes of the loading. */
  void join() {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static TlsFiles files(Configuration settings) {
    var directory = settings.find(CertificateSettings.DEV_CERTS);
    var certificate = settings.find(CertificateSettings.CERT);
    var key = settings.find(CertificateSettings.KEY);
    var clientCas = CallerRules.clientCas(settings);
    if (directory.isPresent()) {
      if (certificate.isPresent() || key.isPresent()) {
        throw new ConfigurationException("dev-certs and cert or key exclude each other");
      }
      return new TlsFiles(
          directory.get().resolve("tls.crt"), directory.get().resolve("tls.key"), clientCas);
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new ConfigurationException("cert and key are needed, or dev-certs for development");
    }
    return new TlsFiles(certificate.get(), key.get(), clientCas);
  }

  private SSLContext load(Configuration settings, Clock clock)
      throws GeneralSecurityException, IOException {
    var directory = settings.find(CertificateSettings.DEV_CERTS);
    if (directory.isPresent()) {
      var names = settings.get(CertificateSettings.DEV_CERTS_NAMES);
      DevelopmentCertificates.writeTo(directory.get(), names, clock);
    }
    return files.load();
  }
}
