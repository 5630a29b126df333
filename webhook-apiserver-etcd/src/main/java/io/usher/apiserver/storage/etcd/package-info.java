/**
 * Storage in etcd, for any number of processes: writes are transactions of etcd, and a watch of
 * etcd fills the cache that lists and watches are answered from.
 *
 * <p>The only package that imports gRPC and etcd's messages; of Usher's it imports {@code storage},
 * {@code storage.memory}, {@code api} and {@code certs}. Read {@link
 * io.usher.apiserver.storage.etcd.EtcdStorage} first, then {@code EtcdWatch}.
 */
@NullMarked
package io.usher.apiserver.storage.etcd;

import org.jspecify.annotations.NullMarked;
