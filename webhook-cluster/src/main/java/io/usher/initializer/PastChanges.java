package io.usher.initializer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was done to objects lately: who needs the same change again has had it undone. Remembers the
 * objects that changed last, a bounded number. Thread-safe.
 */
final class PastChanges {

  /** So often the same change of an object may be undone. */
  static final int MOST_UNDONE = 5;

  private static final int MOST_OBJECTS = 10_000;

  private final Map<String, Past> byUid =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Past> eldest) {
          return size() > MOST_OBJECTS;
        }
      };

  /**
   * The last change of an object.
   *
   * @param digest of the patch
   * @param made how often in a row
   * @param left why it is not made again, or null
   */
  private record Past(String digest, int made, @Nullable Outcome left) {}

  /** Why this change is not to be made any more, or null. */
  synchronized @Nullable Outcome left(ObjectPatch patch) {
    Past past = byUid.get(patch.object().uid());
    return past != null && past.digest().equals(digest(patch)) ? past.left() : null;
  }

  /** Whether this change was made, and undone, too often by now. */
  synchronized boolean isUndoneTooOften(ObjectPatch patch) {
    Past past = byUid.get(patch.object().uid());
    return past != null && past.digest().equals(digest(patch)) && past.made() >= MOST_UNDONE;
  }

  /** The change was made. */
  synchronized void made(ObjectPatch patch) {
    String digest = digest(patch);
    Past past = byUid.get(patch.object().uid());
    int before = past != null && past.digest().equals(digest) ? past.made() : 0;
    byUid.put(patch.object().uid(), new Past(digest, before + 1, null));
  }

  /** The change is not to be made any more. */
  synchronized void leave(ObjectPatch patch, Outcome why) {
    byUid.put(patch.object().uid(), new Past(digest(patch), 0, why));
  }

  private static String digest(ObjectPatch patch) {
    try {
      byte[] text = patch.patch().toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
