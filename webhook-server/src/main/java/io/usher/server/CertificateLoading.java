package io.usher.server;

import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.TlsFiles;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.http.CallerRules;
import java.io.IOException;
import java.nio.file.Path;
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

  /**
   * Where they are.
   *
   * @param certificate the chain
   * @param key its private key
   */
  record Paths(Path certificate, Path key) {}

  private final TlsFiles files;
  private final FutureTask<SSLContext> loading;
  private final Thread thread;

  private CertificateLoading(Configuration settings, Clock clock) {
    Paths paths = paths(settings);
    files = new TlsFiles(paths.certificate(), paths.key(), CallerRules.clientCas(settings));
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

  /**
   * The files that the settings name.
   *
   * @throws ConfigurationException when they name none
   */
  static Paths paths(Configuration settings) {
    var directory = settings.find(CertificateSettings.DEV_CERTS);
    var certificate = settings.find(CertificateSettings.CERT);
    var key = settings.find(CertificateSettings.KEY);
    if (directory.isPresent()) {
      if (certificate.isPresent() || key.isPresent()) {
        throw new ConfigurationException("dev-certs and cert or key exclude each other");
      }
      return new Paths(directory.get().resolve("tls.crt"), directory.get().resolve("tls.key"));
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new ConfigurationException("cert and key are needed, or dev-certs for development");
    }
    return new Paths(certificate.get(), key.get());
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
