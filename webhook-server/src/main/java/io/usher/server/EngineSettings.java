package io.usher.server;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import io.usher.config.ValueType;
import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.conversion.ConversionHandler;
import io.usher.http.HttpSettings;
import java.util.List;

/** What reviews may take of the process, and what of one is too much. */
public final class EngineSettings {

  public static final Setting<Integer> SLOTS =
      Setting.one(
          "slots",
          "COUNT",
          Integer.toString(defaultSlots()),
          ValueType.number(1, 1024),
          "Reviews that run at once");

  public static final Setting<Integer> QUEUE_PER_SLOT =
      Setting.one(
          "queue-per-slot",
          "COUNT",
          "8",
          ValueType.number(1, 1024),
          "Reviews that may wait, for each slot");

  public static final Setting<Integer> MAX_HUNG_THREADS =
      Setting.one(
          "max-hung-threads",
          "COUNT",
          "16",
          ValueType.number(0, 1024),
          "Threads that rules may have hung before the process gives up");

  public static final Setting<Integer> MEMORY_PERCENT =
      Setting.one(
          "memory-percent",
          "PERCENT",
          "40",
          ValueType.number(1, 80),
          "Share of the heap that reviews in flight may take");

  public static final Setting<Integer> BYTES_PER_NODE =
      Setting.one(
          "bytes-per-node",
          "BYTES",
          "100",
          ValueType.BYTES,
          "What a JSON value, and a name, is taken to cost when it is parsed");

  public static final Setting<Integer> MAX_NODES =
      Setting.one(
          "max-nodes",
          "COUNT",
          "500000",
          ValueType.number(100, Integer.MAX_VALUE),
          "Most JSON values in a body");

  public static final Setting<Integer> MAX_DEPTH =
      Setting.one(
          "max-depth", "COUNT", "500", ValueType.number(10, 10_000), "Deepest nesting in a body");

  public static final Setting<Integer> MAX_STRING =
      Setting.one("max-string", "CHARACTERS", "8Mi", ValueType.BYTES, "Longest string in a body");

  public static final Setting<Integer> MAX_NUMBER =
      Setting.one(
          "max-number", "CHARACTERS", "1000", ValueType.number(20, 100_000), "Longest number");

  public static final Setting<Integer> CONVERSION_MAX_BODY =
      Setting.one(
          "conversion-max-body",
          "BYTES",
          "64Mi",
          ValueType.BYTES,
          "Largest body of a ConversionReview, which holds a page of a list");

  public static final Setting<Integer> CONVERSION_MAX_NODES =
      Setting.one(
          "conversion-max-nodes",
          "COUNT",
          Integer.toString(ConversionHandler.LIMITS.maxNodes()),
          ValueType.number(100, Integer.MAX_VALUE),
          "Most JSON values in the body of a ConversionReview");

  public static final Setting<Integer> CONVERSION_MAX_STRING =
      Setting.one(
          "conversion-max-string",
          "CHARACTERS",
          "3Mi",
          ValueType.BYTES,
          "Longest string in the body of a ConversionReview");

  /** All of them, in the order of the help. */
  public static final List<Setting<?>> ALL =
      List.of(
          SLOTS,
          QUEUE_PER_SLOT,
          MAX_HUNG_THREADS,
          MEMORY_PERCENT,
          BYTES_PER_NODE,
          MAX_NODES,
          MAX_DEPTH,
          MAX_STRING,
          MAX_NUMBER,
          CONVERSION_MAX_BODY,
          CONVERSION_MAX_NODES,
          CONVERSION_MAX_STRING);

  private EngineSettings() {}

  static ReviewExecutor.Settings executor(Configuration configuration) {
    return new ReviewExecutor.Settings(
        configuration.get(SLOTS),
        configuration.get(QUEUE_PER_SLOT),
        configuration.get(MAX_HUNG_THREADS),
        configuration.get(BYTES_PER_NODE));
  }

  static ReviewLimits limits(Configuration configuration) {
    return new ReviewLimits(
        configuration.get(HttpSettings.MAX_BODY),
        configuration.get(MAX_NODES),
        configuration.get(MAX_DEPTH),
        configuration.get(MAX_STRING),
        configuration.get(MAX_NUMBER));
  }

  static ReviewLimits conversionLimits(Configuration configuration) {
    return new ReviewLimits(
        configuration.get(CONVERSION_MAX_BODY),
        configuration.get(CONVERSION_MAX_NODES),
        configuration.get(MAX_DEPTH),
        configuration.get(CONVERSION_MAX_STRING),
        configuration.get(MAX_NUMBER));
  }

  /** Of reviews of this size at most. */
  static ReviewLimits limits(Configuration configuration, int maxBodyBytes) {
    ReviewLimits all = limits(configuration);
    return new ReviewLimits(
        Math.min(maxBodyBytes, all.maxBodyBytes()),
        all.maxNodes(),
        all.maxDepth(),
        all.maxStringLength(),
        all.maxNumberLength());
  }

  static MemoryBudget memory(Configuration configuration) {
    return new MemoryBudget(
        Runtime.getRuntime().maxMemory() / 100 * configuration.get(MEMORY_PERCENT));
  }

  /**
   * Rules compute and may wait for a collaborator now and then: two for each core, at least four.
   */
  private static int defaultSlots() {
    return Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
  }
}
