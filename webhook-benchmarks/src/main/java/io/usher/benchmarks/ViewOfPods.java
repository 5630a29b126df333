package io.usher.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Index;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.view.ObjectPruner;
import io.usher.view.Snapshot;
import io.usher.view.ViewSpec;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** A view of 100,000 Pods of 8 KB, pruned to what a rule that looks for addresses reads. */
public final class ViewOfPods {

  /** How many there are. */
  public static final int PODS = 100_000;

  /** What is read. */
  public static final Read READ =
      new Read(
          Pod.class,
          "",
          new GroupVersionResource("", "v1", "pods"),
          List.of(ByAddress.class),
          List.of(FieldPath.parse("spec.nodeName"), FieldPath.parse("status.podIP")),
          OnStale.FAIL);

  private static final String FILLER = "x".repeat(8_000);

  private ViewOfPods() {}

  /** By address. */
  public static final class ByAddress implements Index<Pod> {
    @Override
    public Collection<String> keys(Pod pod) {
      return List.of(pod.getStatus().getPodIP());
    }
  }

  /** The address of one of them. */
  public static String address(int number) {
    return "10.%d.%d.%d".formatted(number >> 16, (number >> 8) & 0xff, number & 0xff);
  }

  /** All of them, read as an API server sends them. */
  public static Snapshot snapshot() throws IOException {
    ViewSpec spec = ViewSpec.of(List.of(READ)).get(0);
    var pruner = new ObjectPruner(spec.fields());
    var json = new JsonFactory();
    Snapshot snapshot = Snapshot.empty(spec);
    for (int i = 0; i < PODS; i++) {
      try (JsonParser parser = json.createParser(pod(i))) {
        parser.nextToken();
        snapshot = snapshot.with(pruner.read(parser, "v1", "Pod"));
      }
    }
    return snapshot;
  }

  private static String pod(int number) {
    return """
        {"metadata": {"name": "web-7d4b9c%05x", "namespace": "team-%d", "uid": "%036d",
          "resourceVersion": "%d", "labels": {"app": "web", "pod-template-hash": "7d4b9c%05x"},
          "managedFields": [{"manager": "%s"}]},
         "spec": {"nodeName": "node-%d", "containers": [{"name": "web", "image": "web:1"}]},
         "status": {"phase": "Running", "podIP": "%s"}}
        """
        .formatted(
            number, number % 500, number, number, number, FILLER, number % 1_000, address(number));
  }
}
