package io.usher.apiserver.storage.etcd;

import com.google.protobuf.ByteString;
import io.usher.apiserver.api.GroupResource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of objects, as kube-apiserver has those of custom resources, and of the core group:
 * {@code PREFIX/[GROUP/]RESOURCE/[NAMESPACE/]NAME}.
 *
 * <p>A key must tell its resource. So a group is known by its dot, which no resource has, or is one
 * of Kubernetes' own.
 */
final class EtcdKeys {

  private static final Set<String> WITHOUT_DOT =
      Set.of("apps", "autoscaling", "batch", "extensions", "policy");

  private final String folder;

  /** An object's resource, and its key in a {@link io.usher.apiserver.storage.Storage}. */
  record Parsed(GroupResource resource, String key) {}

  EtcdKeys(String prefix) {
    folder = prefix + '/';
  }

  /** What all keys begin with. */
  ByteString begin() {
    return ByteString.copyFromUtf8(folder);
  }

  /** The first key after all of them: '0' is the character after '/'. */
  ByteString end() {
    return ByteString.copyFromUtf8(folder.substring(0, folder.length() - 1) + '0');
  }

  ByteString of(GroupResource resource, String key) {
    String group = resource.group();
    if (!group.isEmpty() && !isGroup(group)) {
      throw new IllegalArgumentException(
          "group " + group + " has no dot: name it as a domain, " + group + ".example.com");
    }
    String parent = group.isEmpty() ? "" : group + '/';
    return ByteString.copyFromUtf8(folder + parent + resource.resource() + '/' + key);
  }

  private static boolean isGroup(String segment) {
    return segment.indexOf('.') >= 0 || WITHOUT_DOT.contains(segment);
  }

  /** What a key is of; null when no object has such a key. */
  @Nullable Parsed parse(ByteString etcdKey) {
    String key = etcdKey.toStringUtf8();
    if (!key.startsWith(folder)) {
      return null;
    }
    String[] segments = key.substring(folder.length()).split("/", -1);
    int at = isGroup(segments[0]) ? 1 : 0;
    int names = segments.length - at - 1;
    if (names < 1 || names > 2) {
      return null;
    }
    for (String segment : segments) {
      if (segment.isEmpty()) {
        return null;
      }
    }
    var resource = new GroupResource(at == 0 ? "" : segments[0], segments[at]);
    String name = segments[segments.length - 1];
    return new Parsed(resource, names == 1 ? name : segments[at + 1] + '/' + name);
  }
}
