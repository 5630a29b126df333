package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.proxy.AddressRules;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;

class CheckedResolverTest {

  private final List<String> asked = new ArrayList<>();

  private List<InetSocketAddress> resolve(CheckedResolver resolver) {
    var promise = new Promise.Completable<List<InetSocketAddress>>();
    resolver.resolve("rebinds", 80, Map.of(), promise);
    return promise.join();
  }

  private CheckedResolver resolver(String... answers) {
    return new CheckedResolver(
        host -> {
          asked.add(host);
          return InetAddress.getAllByName(answers[asked.size() - 1]);
        },
        AddressRules.except(List.of()),
        Runnable::run);
  }

  /** A name that leads to the server itself only when it is looked up again. */
  @Test
  void addressIsJudgedOnceAndUsed() throws Exception {
    CheckedResolver resolver = resolver("10.0.0.1", "127.0.0.1");
    assertThat(resolve(resolver))
        .containsExactly(new InetSocketAddress(InetAddress.getByName("10.0.0.1"), 80));
    assertThat(asked).containsExactly("rebinds");
    assertThatThrownBy(() -> resolve(resolver)).hasCauseInstanceOf(AddressRefusedException.class);
  }

  @Test
  void oneAddressThatIsNotAllowedBarsTheName() {
    var both =
        new CheckedResolver(
            host ->
                new InetAddress[] {
                  InetAddress.getByName("10.0.0.1"), InetAddress.getByName("::ffff:127.0.0.1")
                },
            AddressRules.except(List.of()),
            Runnable::run);
    assertThatThrownBy(() -> resolve(both)).hasCauseInstanceOf(AddressRefusedException.class);
  }

  @Test
  void nameThatIsNotKnownIsNamed() {
    var none =
        new CheckedResolver(
            host -> {
              throw new UnknownHostException();
            },
            address -> true,
            Runnable::run);
    assertThatThrownBy(() -> resolve(none)).hasMessageContaining("lookup rebinds: no such host");
  }

  @Test
  void questionsAreBounded() {
    var full =
        new CheckedResolver(
            InetAddress::getAllByName,
            address -> true,
            task -> {
              throw new RejectedExecutionException();
            });
    assertThatThrownBy(() -> resolve(full)).hasMessageContaining("too many names are looked up");
  }
}
