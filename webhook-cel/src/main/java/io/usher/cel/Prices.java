package io.usher.cel;

import java.util.Set;

/** The numbers of Kubernetes and of cel-go by which costs are estimated, and counted. */
final class Prices {

  /** For each part of what a function looks through. */
  static final double TRAVERSAL = 0.1;

  /** For each part of a pattern. */
  static final double REGEX = 0.25;

  /** To make one, whatever is in it. */
  static final long LIST = 10;

  static final long MAP = 30;
  static final long OBJECT = 40;

  /** To ask the authorizer. */
  static final long CHECK = 350_000;

  /** For each requirement of a selector, of which two characters may be one. */
  static final long REQUIREMENT = 50;

  /** What costs one, whatever it is called with. */
  static final Set<String> OF_ONE =
      Set.of(
          "serviceAccount",
          "path",
          "group",
          "resource",
          "subresource",
          "namespace",
          "name",
          "allowed",
          "reason",
          "error",
          "errored",
          "masked",
          "prefixLength",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
          "format.named",
          "sign",
          "asInteger",
          "isInteger",
          "asApproximateFloat",
          "isGreaterThan",
          "isLessThan",
          "compareTo",
          "add",
          "sub",
          "major",
          "minor",
          "patch",
          "getScheme",
          "getHostname",
          "getHost",
          "getPort",
          "getEscapedPath",
          "getQuery");

  private Prices() {}
}
