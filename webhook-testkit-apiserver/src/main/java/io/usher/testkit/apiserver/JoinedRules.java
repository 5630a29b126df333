package io.usher.testkit.apiserver;

import io.usher.server.WebhookSource;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Rules of several sources as one. */
record JoinedRules(List<WebhookSource> sources) implements WebhookSource {

  JoinedRules {
    sources = List.copyOf(sources);
  }

  @Override
  public Webhooks load() {
    var loaded = new Loaded(new ArrayList<>());
    try {
      sources.forEach(source -> loaded.parts.add(source.load()));
    } catch (RuntimeException | Error e) {
      try (loaded) {
        throw e;
      }
    }
    return loaded;
  }

  private record Loaded(List<Webhooks> parts) implements Webhooks {

    @Override
    public List<WebhookRegistration> webhooks() {
      return parts.stream()
          .flatMap(part -> part.webhooks().stream())
          .sorted(
              Comparator.comparingInt(WebhookRegistration::order)
                  .thenComparing(WebhookRegistration::name))
          .toList();
    }

    @Override
    public void close() {
      close(parts);
    }

    /** The last first, and all of them whatever fails. */
    private static void close(List<Webhooks> parts) {
      if (!parts.isEmpty()) {
        Webhooks first = parts.get(0);
        try (first) {
          close(parts.subList(1, parts.size()));
        }
      }
    }
  }
}
