package io.usher.apiserver.builtin;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code volumes} of Pods. Kinds of volumes that clusters hardly have are taken as they are. */
final class VolumeChecks {

  /** In the order in which kube-apiserver looks at them: the first is the volume's. */
  private static final List<String> KINDS =
      List.of(
          "emptyDir",
          "hostPath",
          "gitRepo",
          "gcePersistentDisk",
          "awsElasticBlockStore",
          "secret",
          "nfs",
          "iscsi",
          "glusterfs",
          "flocker",
          "persistentVolumeClaim",
          "rbd",
          "cinder",
          "cephfs",
          "quobyte",
          "downwardAPI",
          "fc",
          "flexVolume",
          "configMap",
          "azureFile",
          "vsphereVolume",
          "photonPersistentDisk",
          "portworxVolume",
          "azureDisk",
          "storageos",
          "projected",
          "scaleIO",
          "csi",
          "ephemeral",
          "image");

  private static final List<String> PATH_TYPES =
      List.of(
          "",
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");
  private static final int MAX_MODE = 0777;

  private VolumeChecks() {}

  /**
   * Checks the volumes.
   *
   * @return the names of those that are right
   */
  static Set<String> check(Field volumes, Errors errors) {
    var names = new HashSet<String>();
    for (Field volume : volumes.elements()) {
      var own = new Errors();
      source(volume, own);
      Field name = volume.at("name");
      if (name.text().isEmpty()) {
        own.required(name);
      } else {
        own.invalidFor(name, Names.label(name.text()));
      }
      if (names.contains(name.text())) {
        own.duplicate(name);
      }
      if (own.list().isEmpty()) {
        names.add(name.text());
      }
      errors.addAll(own);
    }
    return names;
  }

  private static void source(Field volume, Errors errors) {
    boolean found = false;
    for (String kind : KINDS) {
      Field source = volume.at(kind);
      if (!source.isSet()) {
        continue;
      }
      if (found) {
        errors.forbidden(source, "may not specify more than 1 volume type");
      } else {
        found = true;
        ofKind(kind, source, errors);
      }
    }
    if (!found) {
      errors.required(volume, "must specify a volume type");
    }
  }

  private static void ofKind(String kind, Field source, Errors errors) {
    switch (kind) {
      case "hostPath" -> {
        if (source.text("path").isEmpty()) {
          errors.required(source.at("path"));
        } else {
          noBacksteps(source.at("path"), errors);
          errors.notIn(source.at("type"), PATH_TYPES);
        }
      }
      case "secret" -> files(source, "secretName", errors);
      case "configMap" -> files(source, "name", errors);
      case "persistentVolumeClaim" -> errors.requireText(source.at("claimName"));
      case "nfs" -> {
        errors.requireText(source.at("server"));
        errors.requireText(source.at("path"));
      }
      case "csi" -> errors.requireText(source.at("driver"));
      case "projected" -> {
        mode(source.at("defaultMode"), errors);
        for (Field each : source.elements("sources")) {
          for (String inner : List.of("secret", "configMap")) {
            if (each.has(inner)) {
              files(each.at(inner), "name", errors);
            }
          }
          if (each.has("serviceAccountToken")) {
            token(each.at("serviceAccountToken"), errors);
          }
        }
      }
      default -> {
        // nothing that has to be there
      }
    }
  }

  private static void token(Field token, Errors errors) {
    Field seconds = token.at("expirationSeconds");
    if (seconds.number() < 600) {
      errors.invalid(seconds, "may not specify a duration less than 10 minutes");
    }
    errors.requireText(token.at("path"));
  }

  private static void files(Field source, String nameMember, Errors errors) {
    errors.requireText(source.at(nameMember));
    mode(source.at("defaultMode"), errors);
    for (Field item : source.elements("items")) {
      errors.requireText(item.at("key"));
      Field path = item.at("path");
      errors.requireText(path);
      relative(path, errors);
      if (path.text().startsWith("..") && !path.text().startsWith("../")) {
        errors.invalid(path, "must not start with '..'");
      }
      mode(item.at("mode"), errors);
    }
  }

  private static void mode(Field mode, Errors errors) {
    if (mode.number() < 0 || mode.number() > MAX_MODE) {
      errors.invalid(mode, "must be a number between 0 and 0777 (octal), both inclusive");
    }
  }

  /** A path inside of something. */
  static void relative(Field path, Errors errors) {
    if (path.text().startsWith("/")) {
      errors.invalid(path, "must be a relative path");
    }
    noBacksteps(path, errors);
  }

  private static void noBacksteps(Field path, Errors errors) {
    if (List.of(path.text().split("/")).contains("..")) {
      errors.invalid(path, "must not contain '..'");
    }
  }
}
