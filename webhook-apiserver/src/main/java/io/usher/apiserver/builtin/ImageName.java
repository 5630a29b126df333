package io.usher.apiserver.builtin;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of container images. */
final class ImageName {

  private static final Pattern FORM =
      Pattern.compile(
          "(?:[A-Za-z0-9.-]+(?::\\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
              + "(?::(?<tag>[\\w][\\w.-]{0,127}))?(?<digest>@[A-Za-z][\\w+.-]*:[0-9a-fA-F]{32,})?");

  // no registry takes a longer one, and a longer one costs time
  private static final int MAX_LENGTH = 1024;

  private ImageName() {}

  /** The policy for an image that says none: {@code Always} for the tag latest, said or not. */
  static String defaultPullPolicy(String image) {
    Matcher matcher = FORM.matcher(image);
    if (image.length() > MAX_LENGTH || !matcher.matches()) {
      return "IfNotPresent";
    }
    boolean untagged = matcher.group("tag") == null && matcher.group("digest") == null;
    return untagged || "latest".equals(matcher.group("tag")) ? "Always" : "IfNotPresent";
  }
}
