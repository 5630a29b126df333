package io.usher.apiserver.api;

/**
 * A part of admission: changes or refuses what is about to be written. All plugins' {@link #admit}
 * run first, in their order, then the type's own validation, then all plugins' {@link #validate}.
 * Called by several threads at once.
 */
public interface AdmissionPlugin {

  /** As {@code --enable-admission-plugins} spells it. */
  String name();

  /**
   * Tells of the server that the plugin is part of, once, before the first write.
   *
   * @param authorizer says who may do what
   * @param types the types that it serves
   */
  default void join(Authorizer authorizer, ResourceRegistry types) {}

  /**
   * Mutates {@link AdmissionAttributes#object()}.
   *
   * @throws ApiException when the request is refused
   */
  default void admit(AdmissionAttributes attributes) {}

  /**
   * Decides about the object as all mutations left it.
   *
   * @throws ApiException when the request is refused
   */
  default void validate(AdmissionAttributes attributes) {}
}
