package io.usher.apiserver.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses that are written out, for which nobody is asked. */
final class Literals {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private Literals() {}

  /** The address, or null where the text is a name. */
  static @Nullable InetAddress address(String text) {
    boolean wide = IPV6.matcher(text).matches();
    if (!wide && !IPV4.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(wide ? '[' + text + ']' : text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Host and port as a URL has them. */
  static String joined(String host, int port) {
    return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
  }
}
