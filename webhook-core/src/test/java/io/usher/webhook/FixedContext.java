package io.usher.webhook;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.cluster.ClusterReader;
import io.usher.rule.RuleContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A context that gives the same objects whatever type is asked for, and records what is asked. */
final class FixedContext implements RuleContext {

  static final AdmissionRequest REQUEST =
      new AdmissionRequest(
          "uid-1",
          new GroupVersionKind("", "v1", "Pod"),
          new GroupVersionResource("", "v1", "pods"),
          "",
          new GroupVersionKind("", "v1", "Pod"),
          new GroupVersionResource("", "v1", "pods"),
          "",
          "web",
          "default",
          Operation.UPDATE,
          UserInfo.of("alice"),
          false,
          null,
          null,
          null);

  final List<Class<?>> asked = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();
  ClusterReader cluster = new CurrentCluster();
  private final @Nullable Object object;
  private final @Nullable Object oldObject;

  FixedContext(@Nullable Object object, @Nullable Object oldObject) {
    this.object = object;
    this.oldObject = oldObject;
  }

  @Override
  public ClusterReader cluster() {
    return cluster;
  }

  @Override
  public AdmissionRequest request() {
    return REQUEST;
  }

  @Override
  public <T> T object(Class<T> type) {
    asked.add(type);
    return type.cast(object);
  }

  @Override
  public <T> @Nullable T oldObject(Class<T> type) {
    asked.add(type);
    return type.cast(oldObject);
  }

  @Override
  public Duration remaining() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void warn(String text) {
    warnings.add(text);
  }

  @Override
  public void audit(String key, String value) {}
}
