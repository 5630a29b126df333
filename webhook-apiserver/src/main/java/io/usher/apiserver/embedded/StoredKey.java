package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.authn.TokenKey;
import io.usher.apiserver.authn.TokenKeys;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import java.security.GeneralSecurityException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The key of ServiceAccounts' tokens. It is kept with the objects, so that tokens count after a
 * restart, but in a group that no definition can have: its name is no DNS name.
 */
final class StoredKey implements TokenKeys {

  private static final GroupResource KEYS = new GroupResource("_internal.usher.io", "tokenkeys");

  /**
   * Where earlier releases kept it: whoever defined this resource could read and write it. The
   * history of changes may still have it, so that no definition of this name is served.
   */
  static final GroupResource FORMER = new GroupResource("usher.io", "tokenkeys");

  private static final String NAME = "serviceaccounts";

  private final Supplier<Storage> storage;
  private @Nullable TokenKey known;

  /**
   * @param storage asked for when the first token is issued or shown
   */
  StoredKey(Supplier<Storage> storage) {
    this.storage = storage;
  }

  /**
   * Takes the key out of where earlier releases kept it; called before anybody is served. The key
   * goes on, unless a definition has laid it open.
   */
  void moveFromFormerPlace() {
    StoredObject former = storage.get().get(FORMER, NAME);
    if (former == null) {
      return;
    }
    if (storage.get().get(DefinitionController.DEFINITIONS, FORMER.toString()) == null) {
      write(read(former));
    }
    storage.get().delete(FORMER, NAME, former.version());
  }

  @Override
  public synchronized TokenKey key() {
    TokenKey present = keyIfAny();
    if (present == null) {
      write(TokenKey.create());
      // Another server of the same storage may have been faster.
      present = keyIfAny();
    }
    if (present == null) {
      throw new IllegalStateException("the key of ServiceAccounts' tokens was written and is gone");
    }
    return present;
  }

  @Override
  public synchronized @Nullable TokenKey keyIfAny() {
    if (known == null) {
      StoredObject stored = storage.get().get(KEYS, NAME);
      known = stored == null ? null : read(stored);
    }
    return known;
  }

  private void write(TokenKey key) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", "TokenKey").put("apiVersion", "usher.io/v1");
    json.putObject("metadata").put("name", NAME);
    key.write(json);
    storage.get().put(KEYS, NAME, 0, Draft.of(json));
  }

  private static TokenKey read(StoredObject stored) {
    try {
      return TokenKey.read(new StoredTree(stored).tree());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("read the key of ServiceAccounts' tokens", e);
    }
  }
}
