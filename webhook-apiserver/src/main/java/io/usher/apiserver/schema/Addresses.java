package io.usher.apiserver.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/** Texts that say where something or somebody is, in the forms that Go's libraries take. */
final class Addresses {

  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.|$)){4}");

  /** Only what can be no host name, so that nobody is asked for it. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private static final Pattern CIDR = Pattern.compile("(.+)/(0|[1-9][0-9]{0,2})");
  private static final Pattern MAC =
      Pattern.compile(
          "[0-9a-fA-F]{2}(?:(?:[:-][0-9a-fA-F]{2}){5}|(?:[:-][0-9a-fA-F]{2}){7}"
              + "|(?:[:-][0-9a-fA-F]{2}){19})"
              + "|[0-9a-fA-F]{4}(?:(?:\\.[0-9a-fA-F]{4}){2}|(?:\\.[0-9a-fA-F]{4}){3}"
              + "|(?:\\.[0-9a-fA-F]{4}){9})");
  private static final Pattern EMAIL =
      Pattern.compile(
          "(?:[^<>\"@]*<)?[\\w!#$%&'*+/=?^`{|}~\\-]+(?:\\.[\\w!#$%&'*+/=?^`{|}~\\-]+)*"
              + "@[\\w\\-]+(?:\\.[\\w\\-]+)*>?");

  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  private Addresses() {}

  static boolean isIpv4(String text) {
    return !text.endsWith(".") && IPV4.matches(text);
  }

  static boolean isIpv6(String text) {
    if (!IPV6.matches(text)) {
      return false;
    }
    try {
      return InetAddress.getByName('[' + text + ']') != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static boolean isCidr(String text) {
    Matcher matcher = CIDR.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    int bits = Integer.parseInt(matcher.group(2));
    return isIpv4(matcher.group(1)) && bits <= IPV4_BITS
        || isIpv6(matcher.group(1)) && bits <= IPV6_BITS;
  }

  static boolean isMac(String text) {
    return MAC.matches(text) && !(text.contains(":") && text.contains("-"));
  }

  static boolean isEmail(String text) {
    return EMAIL.matches(text) && text.contains("<") == text.endsWith(">");
  }

  /** An absolute URI, or an absolute path. */
  static boolean isUri(String text) {
    try {
      return text.startsWith("/") || new URI(text).isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
