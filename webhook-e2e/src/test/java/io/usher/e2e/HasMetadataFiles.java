package io.usher.e2e;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The manifests of the steps as fabric8's models. */
final class HasMetadataFiles {

  private static final Path FOLDER = Path.of("src/test/resources/io/usher/e2e/kubectl");

  private HasMetadataFiles() {}

  static List<HasMetadata> read(String name) {
    var serialization = new KubernetesSerialization();
    var objects = new ArrayList<HasMetadata>();
    try {
      for (String document : Files.readString(FOLDER.resolve(name)).split("(?m)^---$")) {
        objects.add(serialization.unmarshal(document));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }
}
