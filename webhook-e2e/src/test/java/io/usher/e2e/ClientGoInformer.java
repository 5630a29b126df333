package io.usher.e2e;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** client-go's informer, as the program of {@code tools/kube/informer}, with WatchList on. */
final class ClientGoInformer implements Follower {

  private final Process process;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<String> watchLists = new CopyOnWriteArrayList<>();
  private final List<String> lists = new CopyOnWriteArrayList<>();
  private final BlockingQueue<JsonNode> stores = new LinkedBlockingQueue<>();

  /**
   * @param log what client-go says
   */
  ClientGoInformer(Path program, Path kubeconfig, String namespace, Path log) throws IOException {
    var builder =
        new ProcessBuilder(program.toString(), kubeconfig.toString(), "configmaps.v1.", namespace);
    builder.environment().put("KUBE_FEATURE_WatchListClient", "true");
    process = builder.redirectError(log.toFile()).start();
    var reader = new Thread(this::read, "client-go-informer");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    var reader =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    reader
        .lines()
        .forEach(
            line -> {
              try {
                told(Documents.JSON.readTree(line));
              } catch (IOException e) {
                throw new UncheckedIOException(line, e);
              }
            });
  }

  private void told(JsonNode line) {
    switch (line.path("event").asText()) {
      case "request" -> {
        if (line.path("status").asInt() == 200) {
          called(line.path("query").asText());
        }
      }
      case "store" -> stores.add(line.path("objects"));
      default -> seen.add(new Seen(line.path("uid").asText(), line.path("version").asLong()));
    }
  }

  private void called(String query) {
    if (!query.contains("watch=true")) {
      lists.add(query);
    } else if (query.contains("sendInitialEvents=true")) {
      watchLists.add(query);
    }
  }

  /** The queries of watches that began with what exists. */
  List<String> watchLists() {
    return watchLists;
  }

  /** The queries of lists. */
  List<String> lists() {
    return lists;
  }

  @Override
  public Map<String, String> store() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      JsonNode objects = stores.poll(60, SECONDS);
      if (objects == null) {
        throw new IllegalStateException("client-go's informer does not tell what it holds");
      }
      var held = new TreeMap<String, String>();
      objects.forEach(each -> held.put(each.at("/metadata/name").asText(), Documents.sorted(each)));
      return held;
    } catch (IOException e) {
      throw new UncheckedIOException("client-go's informer has ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  @Override
  public List<Seen> seen() {
    return seen;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
