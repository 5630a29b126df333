/**
 * Requests that are passed on to nodes, Pods and Services: where they go, what is sent there, and
 * what clients get of the answers. The transport connects.
 *
 * <p>Imports {@code api}; imported by {@code embedded}. Read {@link
 * io.usher.apiserver.proxy.Proxies} first, then {@link io.usher.apiserver.proxy.AddressRules}.
 */
@NullMarked
package io.usher.apiserver.proxy;

import org.jspecify.annotations.NullMarked;
