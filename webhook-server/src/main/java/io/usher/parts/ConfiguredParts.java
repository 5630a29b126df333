package io.usher.parts;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.config.ConfigurationException;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.server.DoorParts;
import io.usher.webhook.DoorRules;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The ready-made rules that files name. They are read once; the files that they name are looked at
 * every few seconds.
 */
public final class ConfiguredParts implements DoorParts, AutoCloseable {

  private static final int RELOAD_SECONDS = 5;

  public static final Setting<List<Path>> FILES =
      Setting.list(
          "doors",
          "FILE",
          null,
          ValueType.PATH,
          "Ready-made rules of authentication and authorization: tokens, issuers, roles, policies");

  private final Map<String, DoorRules> doors = new HashMap<>();
  private final List<AutoCloseable> resources = new ArrayList<>();
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "door-parts");
            thread.setDaemon(true);
            return thread;
          });

  private ConfiguredParts() {}

  /**
   * Reads files, and those that they name.
   *
   * @throws ConfigurationException when one is not what it should be; the message names file and
   *     field
   */
  public static ConfiguredParts read(List<Path> paths) {
    var parts = new ConfiguredParts();
    try {
      for (Path path : paths) {
        parts.add(path, PartsFile.read(path));
      }
      return parts;
    } catch (IOException | IllegalArgumentException e) {
      parts.close();
      throw new ConfigurationException("doors: " + e.getMessage());
    }
  }

  /**
   * The paths of the doors that files name, {@code /authenticate/NAME} and {@code /authorize/NAME}.
   * What is behind them is neither made nor looked at.
   *
   * @throws ConfigurationException when one is not what it should be
   */
  public static List<String> doorPaths(List<Path> paths) {
    try {
      var all = new ArrayList<String>();
      for (Path path : paths) {
        all.addAll(PartsFile.doorPaths(path));
      }
      return all;
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException("doors: " + e.getMessage());
    }
  }

  private void add(Path path, PartsFile file) {
    resources.addAll(file.resources());
    file.doors()
        .forEach(
            (name, rules) -> {
              if (doors.put(name, rules) != null) {
                throw new IllegalArgumentException(path + ": door " + name + " is in two files");
              }
            });
    file.reloads()
        .forEach(
            reload ->
                background.scheduleWithFixedDelay(reload, 0, RELOAD_SECONDS, TimeUnit.SECONDS));
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return doors.isEmpty();
  }

  @Override
  public List<WebhookRegistration> join(List<WebhookRegistration> webhooks) {
    var joined = new ArrayList<WebhookRegistration>();
    var left = new HashMap<>(doors);
    for (WebhookRegistration each : webhooks) {
      DoorRules more = left.remove(each.name());
      joined.add(more == null ? each : each.joinedBy(more));
    }
    left.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> joined.add(webhook(each.getKey(), each.getValue())));
    return joined;
  }

  private static WebhookRegistration webhook(String name, DoorRules rules) {
    WebhookBuilder builder = WebhookRegistration.named(name);
    for (ReviewRuleDefinition<AuthenticationRequest, Authentication> each :
        rules.authenticators()) {
      builder.authenticating(each.name(), each.order(), each.rule());
    }
    for (ReviewRuleDefinition<AuthorizationRequest, Authorization> each : rules.authorizers()) {
      builder.authorizing(each.name(), each.order(), each.rule());
    }
    return builder.build();
  }

  @Override
  public void close() {
    background.shutdownNow();
    for (AutoCloseable each : resources) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("close " + each, e);
      }
    }
  }
}
