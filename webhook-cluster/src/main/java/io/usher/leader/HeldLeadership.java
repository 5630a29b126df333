package io.usher.leader;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.usher.connection.Connection;

/**
 * One term, or the part of it in which the same tasks run, and a client that writes in it alone.
 */
final class HeldLeadership implements Leadership, Interceptor, AutoCloseable {

  private final Term term;
  private final KubernetesClient client;
  private volatile boolean ended;

  HeldLeadership(Term term, Config connection) {
    this.term = term;
    client =
        Connection.client(
                // As a task may watch, and a watch is a connection of its own.
                new ConfigBuilder(connection).withHttp2Disable(true).build())
            .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("leadership", this))
            .build();
  }

  @Override
  public boolean held() {
    return !ended && term.held();
  }

  /** Nothing more is written, whether or not the term goes on. */
  void end() {
    ended = true;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!request.method().equals("GET") && !held()) {
      throw new NotLeaderException(request.method() + " " + request.uri().getPath());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
