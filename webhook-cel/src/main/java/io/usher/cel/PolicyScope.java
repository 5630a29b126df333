package io.usher.cel;

/**
 * What expressions may name beside {@code object}, {@code oldObject}, {@code request}, {@code
 * namespaceObject} and {@code variables}.
 *
 * @param params whether there is {@code params}
 * @param authorizer whether there is {@code authorizer}
 * @param patches whether there are {@code Object{...}} and {@code JSONPatch{...}}
 */
public record PolicyScope(boolean params, boolean authorizer, boolean patches) {}
