package io.usher.http;

import io.usher.config.PathScoped;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Who may call which path. */
public final class CallerSettings {

  public static final Setting<List<PathScoped<String>>> AUTHENTICATE =
      Setting.perPath(
          "authenticate",
          "[PATH=]HOW",
          "anyone",
          ValueType.TEXT,
          "Who may call, on all paths or on this one: anyone, or certificate, token, password"
              + " joined by +; paths of authentication and authorization need a certificate unless it"
              + " is set for them");

  public static final Setting<List<PathScoped<Path>>> CLIENT_CA =
      Setting.perPath(
          "client-ca",
          "[PATH=]FILE",
          null,
          ValueType.PATH,
          "PEM file of CAs of client certificates");

  public static final Setting<List<PathScoped<String>>> CLIENT_NAMES =
      Setting.perPath(
          "client-names",
          "[PATH=]NAME",
          null,
          ValueType.TEXT,
          "Common names or DNS names of client certificates that may call; all if none is given");

  public static final Setting<List<PathScoped<Path>>> TOKEN_FILE =
      Setting.perPath(
          "token-file", "[PATH=]FILE", null, ValueType.PATH, "File of bearer tokens, one a line");

  public static final Setting<List<PathScoped<Path>>> PASSWORD_FILE =
      Setting.perPath(
          "password-file",
          "[PATH=]FILE",
          null,
          ValueType.PATH,
          "File of user:password, one a line");

  public static final Setting<Duration> CREDENTIAL_GRACE =
      Setting.one(
          "credential-grace",
          "DURATION",
          "1m",
          ValueType.DURATION,
          "How long the credentials of a file count on when the file is removed, emptied or bad");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL =
      List.of(AUTHENTICATE, CLIENT_CA, CLIENT_NAMES, TOKEN_FILE, PASSWORD_FILE, CREDENTIAL_GRACE);

  private CallerSettings() {}
}
