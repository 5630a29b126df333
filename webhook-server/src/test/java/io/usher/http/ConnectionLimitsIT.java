package io.usher.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which connections make room when there are too many. */
@Timeout(60)
class ConnectionLimitsIT {

  @TempDir private Path directory;

  @Test
  void whoeverNeverBroughtAReviewGoesFirst() throws Exception {
    try (var server = new TestServer(directory)) {
      server.maxConnections = 3;
      server.start();
      try (var used = reviewed(server.raw());
          var idle = server.raw();
          var alsoUsed = reviewed(server.raw());
          var fourth = reviewed(server.raw())) {
        assertThat(idle.closedByServer()).isTrue();
        for (var each : List.of(used, alsoUsed, fourth)) {
          reviewed(each);
        }
        assertThat(server.server().connections()).isEqualTo(3);
        assertThat(server.server().evictions()).isEqualTo(1);
      }
    }
  }

  @Test
  void thenTheOneThatIdledLongest() throws Exception {
    try (var server = new TestServer(directory)) {
      server.maxConnections = 3;
      server.start();
      try (var first = reviewed(server.raw());
          var second = reviewed(server.raw());
          var third = reviewed(server.raw())) {
        reviewed(first);
        try (var fourth = reviewed(server.raw())) {
          assertThat(second.closedByServer()).isTrue();
          for (var each : List.of(first, third, fourth)) {
            reviewed(each);
          }
        }
      }
    }
  }

  @Test
  void neverOneWithARequestUnderWay() throws Exception {
    var entered = new CountDownLatch(2);
    var released = new CountDownLatch(1);
    try (var server = new TestServer(directory)) {
      server.maxConnections = 2;
      server.edit =
          (pod, context) -> {
            entered.countDown();
            released.await();
          };
      server.start();
      try (var first = server.raw().post(Reviews.pod());
          var second = server.raw().post(Reviews.pod())) {
        entered.await();
        // The handshake of one too many has not ended, or has: it is closed either way.
        try (var tooMany = server.raw()) {
          assertThat(tooMany.closedByServer()).isTrue();
        } catch (java.io.IOException e) {
          assertThat(server.server().evictions()).isEqualTo(1);
        }
        released.countDown();
        assertThat(first.read().status()).isEqualTo(200);
        assertThat(second.read().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void anAddressMakesRoomForItselfAlone() throws Exception {
    try (var server = new TestServer(directory)) {
      server.maxConnectionsPerAddress = 2;
      server.start();
      var other = InetAddress.getByName("127.0.0.2");
      try (var victim = server.raw(other)) {
        List<RawClient> flood = new ArrayList<>();
        try {
          for (int i = 0; i < 10; i++) {
            flood.add(server.raw());
          }
          assertThat(flood.get(7).closedByServer()).isTrue();
          reviewed(victim);
          reviewed(flood.get(9));
          assertThat(server.server().connections()).isEqualTo(3);
        } finally {
          for (var client : flood) {
            client.close();
          }
        }
      }
    }
  }

  @Test
  void theAddressThatHasMostMakesRoomForAnother() throws Exception {
    try (var server = new TestServer(directory)) {
      server.maxConnections = 5;
      server.start();
      try (var early = server.raw(InetAddress.getByName("127.0.0.2"))) {
        List<RawClient> flood = new ArrayList<>();
        try {
          for (int i = 0; i < 10; i++) {
            flood.add(server.raw());
          }
          reviewed(early);
        } finally {
          for (var client : flood) {
            client.close();
          }
        }
      }
    }
  }

  private static RawClient reviewed(RawClient client) throws Exception {
    assertThat(client.post(Reviews.pod()).read().status()).isEqualTo(200);
    return client;
  }
}
