package io.usher.cel;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Kubernetes' functions of IP addresses and networks. */
final class AddressFunctions {

  private static final int V4_BYTES = 4;
  private static final int MAX_OCTET = 255;

  private AddressFunctions() {}

  /** Why a text is no address. */
  private static final class BadAddress extends Exception {
    private static final long serialVersionUID = 1L;

    BadAddress(String message) {
      super(message, null, false, false);
    }
  }

  /** An address. */
  record Address(InetAddress address) implements Values.Opaque {
    @Override
    public String typeName() {
      return "net.IP";
    }

    @Override
    public long size() {
      return address.getAddress().length;
    }

    String text() {
      return InetAddresses.toAddrString(address);
    }

    boolean isGlobal() {
      byte[] bytes = address.getAddress();
      boolean broadcast =
          bytes.length == V4_BYTES && Arrays.equals(bytes, new byte[] {-1, -1, -1, -1});
      return !broadcast
          && !address.isAnyLocalAddress()
          && !address.isLoopbackAddress()
          && !address.isMulticastAddress()
          && !address.isLinkLocalAddress();
    }
  }

  /** A network: an address, and how many of its bits count. */
  record Network(Address address, int bits) implements Values.Opaque {
    @Override
    public String typeName() {
      return "net.CIDR";
    }

    @Override
    public long size() {
      return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    String text() {
      return address.text() + "/" + bits;
    }

    boolean contains(Address other, int otherBits) {
      byte[] own = address.address().getAddress();
      byte[] others = other.address().getAddress();
      return own.length == others.length
          && bits <= otherBits
          && Arrays.equals(masked(own, bits), masked(others, bits));
    }

    Network masked() {
      try {
        byte[] masked = masked(address.address().getAddress(), bits);
        return new Network(new Address(InetAddress.getByAddress(masked)), bits);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] masked(byte[] address, int bits) {
      byte[] masked = new byte[address.length];
      for (int i = 0; i < address.length; i++) {
        int kept = Math.max(0, Math.min(Byte.SIZE, bits - i * Byte.SIZE));
        masked[i] = (byte) (address[i] & 0xff << Byte.SIZE - kept);
      }
      return masked;
    }
  }

  static void addTo(Library library) {
    library
        .add("string_to_ip ip string net.IP", (a, m) -> ip((String) a[0]))
        .add(
            "ip_family .family net.IP int",
            (a, m) -> address(a[0]).getAddress().length == V4_BYTES ? 4L : 6L)
        .add("ip_is_canonical ip.isCanonical string bool", (a, m) -> isCanonical((String) a[0]))
        .add(
            "ip_is_unspecified .isUnspecified net.IP bool",
            (a, m) -> address(a[0]).isAnyLocalAddress())
        .add("ip_is_loopback .isLoopback net.IP bool", (a, m) -> address(a[0]).isLoopbackAddress())
        .add(
            "ip_is_link_local_multicast .isLinkLocalMulticast net.IP bool",
            (a, m) -> address(a[0]).isMCLinkLocal())
        .add(
            "ip_is_link_local_unicast .isLinkLocalUnicast net.IP bool",
            (a, m) -> address(a[0]).isLinkLocalAddress())
        .add(
            "ip_is_global_unicast .isGlobalUnicast net.IP bool",
            (a, m) -> ((Address) a[0]).isGlobal())
        .add("is_ip isIP string bool", (a, m) -> ip((String) a[0]) instanceof Address)
        .add("ip_to_string string net.IP string", (a, m) -> ((Address) a[0]).text())
        .add("string_to_cidr cidr string net.CIDR", (a, m) -> cidr((String) a[0]))
        .add(
            "cidr_contains_ip_string .containsIP net.CIDR,string bool",
            (a, m) -> containsIp((Network) a[0], ip((String) a[1])))
        .add(
            "cidr_contains_ip_ip .containsIP net.CIDR,net.IP bool",
            (a, m) -> containsIp((Network) a[0], a[1]))
        .add(
            "cidr_contains_cidr_string .containsCIDR net.CIDR,string bool",
            (a, m) -> containsCidr((Network) a[0], cidr((String) a[1])))
        .add(
            "cidr_contains_cidr .containsCIDR net.CIDR,net.CIDR bool",
            (a, m) -> containsCidr((Network) a[0], a[1]))
        .add("cidr_ip .ip net.CIDR net.IP", (a, m) -> ((Network) a[0]).address())
        .add(
            "cidr_prefix_length .prefixLength net.CIDR int",
            (a, m) -> (long) ((Network) a[0]).bits())
        .add("cidr_masked .masked net.CIDR net.CIDR", (a, m) -> ((Network) a[0]).masked())
        .add("is_cidr isCIDR string bool", (a, m) -> cidr((String) a[0]) instanceof Network)
        .add("cidr_to_string string net.CIDR string", (a, m) -> ((Network) a[0]).text());
  }

  private static InetAddress address(Object value) {
    return ((Address) value).address();
  }

  private static Object containsIp(Network network, Object ip) {
    // An address that can't be read is no address, and the message says no more.
    return ip instanceof Address address
        ? (Object) network.contains(address, Integer.MAX_VALUE)
        : Fault.NO_OVERLOAD;
  }

  private static Object containsCidr(Network network, Object cidr) {
    return cidr instanceof Network other
        ? (Object) network.contains(other.address(), other.bits())
        : cidr;
  }

  private static Object isCanonical(String text) {
    return ip(text) instanceof Address address ? (Object) address.text().equals(text) : ip(text);
  }

  private static Object ip(String text) {
    try {
      return parsed(text);
    } catch (BadAddress e) {
      return new Fault(String.valueOf(e.getMessage()));
    }
  }

  private static Address parsed(String text) throws BadAddress {
    try {
      int zone = text.indexOf('%');
      InetAddress address = bare(zone < 0 ? text : text.substring(0, zone), text);
      if (zone >= 0) {
        if (zone == text.length() - 1) {
          throw new BadAddress("ParseAddr(" + quoted(text) + "): zone must be a non-empty string");
        }
        if (address instanceof Inet4Address && text.indexOf(':') < 0) {
          throw new BadAddress("ParseAddr(" + quoted(text) + "): unexpected character (at \"%\")");
        }
      }
      if (zone >= 0) {
        throw new BadAddress("!IP address " + quoted(text) + " with zone value is not allowed");
      }
      if (address instanceof Inet4Address && text.indexOf(':') >= 0) {
        throw new BadAddress("!IPv4-mapped IPv6 address " + quoted(text) + " is not allowed");
      }
      return new Address(address);
    } catch (BadAddress e) {
      String message = String.valueOf(e.getMessage());
      throw new BadAddress(
          message.startsWith("!")
              ? message.substring(1)
              : "IP Address "
                  + quoted(text)
                  + " parse error during conversion from string: "
                  + message);
    }
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static InetAddress bare(String text, String whole) throws BadAddress {
    String failed = "ParseAddr(" + quoted(whole) + "): ";
    int dot = text.indexOf('.');
    int colon = text.indexOf(':');
    if (dot < 0 && colon < 0) {
      throw new BadAddress(failed + "unable to parse IP");
    }
    if (colon < 0 || dot >= 0 && dot < colon) {
      checkV4(text, failed);
    }
    if (!InetAddresses.isInetAddress(text)) {
      throw new BadAddress(failed + "unable to parse IP");
    }
    return InetAddresses.forString(text);
  }

  private static void checkV4(String text, String failed) throws BadAddress {
    int fields = 0;
    int value = 0;
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        if (digits == 1 && value == 0) {
          throw new BadAddress(failed + "IPv4 field has octet with leading zero");
        }
        value = value * 10 + c - '0';
        digits++;
        if (value > MAX_OCTET) {
          throw new BadAddress(failed + "IPv4 field has value >255");
        }
      } else if (c == '.') {
        if (i == 0 || i == text.length() - 1 || text.charAt(i - 1) == '.') {
          throw new BadAddress(
              failed
                  + "IPv4 field must have at least one digit (at "
                  + quoted(text.substring(i))
                  + ")");
        }
        if (++fields == V4_BYTES) {
          throw new BadAddress(failed + "IPv4 address too long");
        }
        value = 0;
        digits = 0;
      } else {
        throw new BadAddress(
            failed + "unexpected character (at " + quoted(text.substring(i)) + ")");
      }
    }
    if (fields < V4_BYTES - 1) {
      throw new BadAddress(failed + "IPv4 address too short");
    }
  }

  private static Object cidr(String text) {
    String failed =
        "network address parse error during conversion from string: network address parse error"
            + " during conversion from string: netip.ParsePrefix("
            + quoted(text)
            + "): ";
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return new Fault(failed + "no '/'");
    }
    InetAddress address;
    String host = text.substring(0, slash);
    try {
      if (host.indexOf('%') >= 0) {
        return new Fault(failed + "IPv6 zones cannot be present in a prefix");
      }
      address = bare(host, host);
    } catch (BadAddress e) {
      return new Fault(failed + e.getMessage());
    }
    String length = text.substring(slash + 1);
    int most = address.getAddress().length * Byte.SIZE;
    boolean mapped = address instanceof Inet4Address && host.indexOf(':') >= 0;
    if (!length.matches("0|[1-9][0-9]{0,2}")) {
      return new Fault(failed + "bad bits after slash: " + quoted(length));
    }
    int bits = Integer.parseInt(length);
    if (bits > (mapped ? 128 : most)) {
      return new Fault(failed + "prefix length out of range");
    }
    return mapped
        ? new Fault(
            "network address parse error during conversion from string: IPv4-mapped IPv6 address "
                + quoted(text)
                + " is not allowed")
        : new Network(new Address(address), bits);
  }
}
