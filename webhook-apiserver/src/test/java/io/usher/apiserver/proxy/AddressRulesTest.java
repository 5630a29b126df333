package io.usher.apiserver.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {

  private static final AddressRules STRICT = AddressRules.except(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16"
      })
  void whatIsAnotherThingToTheServerIsRefused(String address) throws UnknownHostException {
    assertThat(STRICT.test(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.1", "192.168.1.1", "100.64.0.1", "8.8.8.8", "fd00::1", "64:ff9b::a00:1"})
  void otherAddressesAreAllowed(String address) throws UnknownHostException {
    assertThat(STRICT.test(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void namedOnesAreAllowed() throws UnknownHostException {
    AddressRules rules = AddressRules.except(List.of("127.0.0.1", "169.254.4.0/22", "fe80::/10"));
    for (String allowed : List.of("127.0.0.1", "::ffff:127.0.0.1", "169.254.7.255", "fe80::5")) {
      assertThat(rules.test(InetAddress.getByName(allowed))).as(allowed).isTrue();
    }
    for (String refused : List.of("127.0.0.2", "169.254.8.0", "::1", "169.254.169.254")) {
      assertThat(rules.test(InetAddress.getByName(refused))).as(refused).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/-1", "", "1.2.3.400"})
  void whatIsNoAddressIsNamed(String text) {
    assertThatThrownBy(() -> AddressRules.except(List.of(text)))
        .hasMessage("\"" + text + "\" is no address: write 10.0.0.1 or 10.0.0.0/24");
  }
}
