package io.usher.apiserver.proxy;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which addresses the API server connects to for its clients. Not to those that mean something else
 * to it than to them: loopback, link-local, multicast, unspecified, and those under which clouds
 * tell a machine its credentials; unless they are named.
 */
public final class AddressRules implements Predicate<InetAddress> {

  /** Of AWS, Google Cloud, Alibaba Cloud, Oracle Cloud and Azure; most others are link-local. */
  private static final List<Block> METADATA =
      List.of(
          Block.parse("fd00:ec2::/64"),
          Block.parse("fd20:ce::254"),
          Block.parse("100.100.100.200"),
          Block.parse("192.0.0.192"),
          Block.parse("168.63.129.16"));

  /** IPv4 addresses as a translator of IPv6 takes them, RFC 6052. */
  private static final Block TRANSLATED = Block.parse("64:ff9b::/96");

  private static final int IPV4_BYTES = 4;

  private final List<Block> named;

  private AddressRules(List<Block> named) {
    this.named = named;
  }

  /**
   * Rules with exceptions.
   *
   * @param named addresses and blocks that are connected to whatever they are: {@code 127.0.0.1},
   *     {@code 169.254.0.0/16}
   * @throws IllegalArgumentException when one is neither
   */
  public static AddressRules except(List<String> named) {
    var blocks = new ArrayList<Block>();
    named.forEach(each -> blocks.add(Block.parse(each)));
    return new AddressRules(List.copyOf(blocks));
  }

  @Override
  public boolean test(InetAddress address) {
    if (named.stream().anyMatch(block -> block.contains(address))) {
      return true;
    }
    byte[] bytes = address.getAddress();
    if (TRANSLATED.contains(address)) {
      return test(ofBytes(Arrays.copyOfRange(bytes, bytes.length - IPV4_BYTES, bytes.length)));
    }
    boolean broadcast = address instanceof Inet4Address && (bytes[0] & 0xf0) == 0xf0;
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !broadcast
        && !(address instanceof Inet4Address && bytes[0] == 0)
        && METADATA.stream().noneMatch(block -> block.contains(address));
  }

  /** An IPv4 address also where IPv6 wraps one ({@code ::ffff:127.0.0.1}): the JDK unwraps it. */
  private static InetAddress ofBytes(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Addresses that begin with the same bits. */
  private record Block(BigInteger address, int bytes, int bits) {

    static Block parse(String text) {
      int slash = text.indexOf('/');
      InetAddress address = Literals.address(slash < 0 ? text : text.substring(0, slash));
      try {
        int all = address == null ? 0 : address.getAddress().length * Byte.SIZE;
        int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
        if (address != null && bits >= 0 && bits <= all) {
          return new Block(new BigInteger(1, address.getAddress()), all / Byte.SIZE, bits);
        }
      } catch (NumberFormatException e) {
        // Told below.
      }
      throw new IllegalArgumentException(
          "\"" + text + "\" is no address: write 10.0.0.1 or 10.0.0.0/24");
    }

    boolean contains(InetAddress other) {
      byte[] others = other.getAddress();
      int rest = bytes * Byte.SIZE - bits;
      return others.length == bytes
          && new BigInteger(1, others).shiftRight(rest).equals(address.shiftRight(rest));
    }
  }
}
