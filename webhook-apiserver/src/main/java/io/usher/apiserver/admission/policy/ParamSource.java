package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the parameters of policies are. Called by several threads at once. */
@FunctionalInterface
public interface ParamSource {

  /**
   * The objects of a kind; null where there is no such kind.
   *
   * @throws ConfigurationException when nobody can say
   */
  @Nullable ParamResource find(ParamKind kind) throws ConfigurationException;

  /** Asks another one for kinds that are not here. */
  default ParamSource or(ParamSource other) {
    return kind -> {
      ParamResource here = find(kind);
      return here == null ? other.find(kind) : here;
    };
  }

  /**
   * The objects of one kind, in the version of the {@link ParamKind} and with their {@code
   * apiVersion} and {@code kind}. Nobody changes them.
   */
  interface ParamResource {

    /** Whether they are in namespaces. */
    boolean isNamespaced();

    /**
     * An object, or null.
     *
     * @param namespace empty where they are in none
     * @throws ConfigurationException when they can't be read
     */
    @Nullable JsonNode get(String namespace, String name) throws ConfigurationException;

    /**
     * All of a namespace.
     *
     * @param namespace empty where they are in none
     * @throws ConfigurationException when they can't be read
     */
    List<? extends JsonNode> list(String namespace) throws ConfigurationException;
  }
}
