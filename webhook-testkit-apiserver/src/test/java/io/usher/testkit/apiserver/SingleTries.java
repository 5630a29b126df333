package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** Clients that try once, and so show what they were answered; fabric8's try ten times more. */
final class SingleTries {

  private SingleTries() {}

  static KubernetesClient clientOf(ApiServer server) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(server.clientConfig()).withRequestRetryBackoffLimit(0).build())
        .build();
  }
}
