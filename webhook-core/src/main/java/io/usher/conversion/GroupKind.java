package io.usher.conversion;

/**
 * A kind in all of its versions, {@code CronTab.stable.example.com}.
 *
 * @param group the API group
 * @param kind the kind, in the singular and capitalized
 */
public record GroupKind(String group, String kind) {

  /** What is written as {@code CronTab.stable.example.com}. */
  public static GroupKind parse(String text) {
    int dot = text.indexOf('.');
    return dot < 0
        ? new GroupKind("", text)
        : new GroupKind(text.substring(dot + 1), text.substring(0, dot));
  }

  /** The {@code apiVersion} of objects in this version. */
  public String apiVersion(String version) {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return group.isEmpty() ? kind : kind + "." + group;
  }
}
