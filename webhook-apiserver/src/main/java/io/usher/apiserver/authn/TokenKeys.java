package io.usher.apiserver.authn;

import org.jspecify.annotations.Nullable;

/** Where the key of ServiceAccounts' tokens is. Thread-safe. */
public interface TokenKeys {

  /** The key, made where there is none yet. */
  TokenKey key();

  /** The key, or null where there is none yet. */
  @Nullable TokenKey keyIfAny();
}
