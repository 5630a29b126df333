package io.usher.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Optional;

/**
 * Asks the API server itself, for rules to which a {@link Lister}'s view is too old. Each question
 * takes the review's time: about a millisecond from an API server at rest, and never more than nine
 * tenths of what is left of the rule's budget.
 *
 * <p>What is asked must be declared by {@code @ReadsLive}. Equal questions that are asked while one
 * is under way share its answer, and an answer is given again for the cache time that the
 * declaration states. Objects are copies of the call's own. A resource that is not served has no
 * objects.
 *
 * <p>Each method throws {@link LiveReadException} when there is no answer in time, when the API
 * server refuses, and when the answer is larger than 4 MiB; and {@link IllegalArgumentException}
 * for what is not declared, or can't be a name or a path.
 */
public interface LiveReader {

  /** The object of this name, of a type whose objects don't live in namespaces. */
  default <T> Optional<T> get(Class<T> type, String name) {
    return get(type, "", name);
  }

  /**
   * The object of this name.
   *
   * @param namespace empty where the type's objects don't live in namespaces
   */
  <T> Optional<T> get(Class<T> type, String namespace, String name);

  /**
   * The object of this name.
   *
   * @param resource as {@code @ReadsLive(resource = ...)} declares it
   * @param namespace empty where the resource's objects don't live in namespaces
   */
  Optional<GenericKubernetesResource> get(String resource, String namespace, String name);

  /**
   * The objects that this selector selects; the read is declared with {@code list = true}.
   *
   * @param namespace empty for all
   * @param labels in kubectl's syntax, {@code app=web,tier!=cache}; empty for all
   */
  <T> List<T> list(Class<T> type, String namespace, String labels);

  /**
   * The objects that this selector selects; the read is declared with {@code list = true}.
   *
   * @param resource as {@code @ReadsLive(resource = ...)} declares it
   * @param namespace empty for all
   * @param labels in kubectl's syntax, {@code app=web,tier!=cache}; empty for all
   */
  List<GenericKubernetesResource> list(String resource, String namespace, String labels);

  /**
   * What a node's kubelet answers; {@code @ReadsLive(resource = "nodes/proxy")} declares it.
   *
   * @param path {@code healthz}, {@code stats/summary?only_cpu_and_memory=true}
   */
  String nodeProxy(String node, String path);

  /**
   * What a Pod answers; {@code @ReadsLive(resource = "pods/proxy")} declares it.
   *
   * @param pod {@code NAME}, {@code NAME:PORT} or {@code https:NAME:PORT}
   * @param path {@code metrics}, with its query
   */
  String podProxy(String namespace, String pod, String path);

  /**
   * What a Pod of a Service answers; {@code @ReadsLive(resource = "services/proxy")} declares it.
   *
   * @param service {@code NAME}, {@code NAME:PORT} or {@code https:NAME:PORT}
   * @param path {@code metrics}, with its query
   */
  String serviceProxy(String namespace, String service, String path);
}
