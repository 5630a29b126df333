package io.usher.server;

import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.nio.file.Path;
import java.util.List;

/** The certificate that the server shows. */
public final class CertificateSettings {

  public static final Setting<Path> CERT =
      Setting.one(
          "cert", "FILE", null, ValueType.PATH, "PEM file of the server's certificate chain");

  public static final Setting<Path> KEY =
      Setting.one(
          "key", "FILE", null, ValueType.PATH, "PEM file of its key: PKCS #8, PKCS #1 or SEC 1");

  public static final Setting<Path> DEV_CERTS =
      Setting.one(
          "dev-certs",
          "DIR",
          null,
          ValueType.PATH,
          "Make a throwaway CA and certificate in this directory (ca.crt, tls.crt, tls.key)"
              + " instead, for development");

  public static final Setting<List<String>> DEV_CERTS_NAMES =
      Setting.list(
          "dev-certs-names",
          "NAME",
          "localhost,127.0.0.1,::1",
          ValueType.TEXT,
          "DNS names and IP addresses of the throwaway certificate");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL = List.of(CERT, KEY, DEV_CERTS, DEV_CERTS_NAMES);

  private CertificateSettings() {}
}
