package io.usher.apiserver.api;

/** Whether the objects of a type live in a namespace. */
public enum Scope {
  NAMESPACED,
  CLUSTER
}
