package io.usher.apiserver.api;

import java.net.InetAddress;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A request that another server answers: what a transport sends there, and what it makes of the
 * answer.
 *
 * @param upstream where it goes
 * @param method of HTTP
 * @param target path and query, encoded
 * @param headers what is sent, without those that are between two neighbours; the client's own
 *     {@code Host} among them
 * @param body whether the client's body is passed on as it arrives
 * @param upgrade the protocol that the connection shall change to, {@code websocket}; null for none
 * @param answers what comes of the answer
 */
public record Forwarding(
    Upstream upstream,
    String method,
    String target,
    Headers headers,
    boolean body,
    @Nullable String upgrade,
    Answers answers) {

  /**
   * Another server. A transport looks its host up once, and connects to an address that is allowed:
   * a name whose address changes leads nowhere else.
   *
   * @param scheme {@code http} or {@code https}
   * @param host a name or an address, which brackets don't surround
   * @param tls how it proves who it is
   * @param allowed whether an address may be connected to
   */
  public record Upstream(
      String scheme, String host, int port, UpstreamTls tls, Predicate<InetAddress> allowed) {}

  /**
   * How a server proves who it is, and the API server to it.
   *
   * @param context the certificates
   * @param verifiesHost whether the server's certificate must be for its host
   */
  public record UpstreamTls(SSLContext context, boolean verifiesHost) {}

  /** What the client gets of the other server's answer. Called by the transport's threads. */
  public interface Answers {

    /**
     * Judges the head of an answer; not of one that changes the protocol, whose bytes are passed.
     *
     * @param headers without those that are between two neighbours
     * @throws ApiException what the client gets instead
     */
    Answer answered(int code, Headers headers);

    /**
     * What the client gets where there is no answer.
     *
     * @param problem for people
     */
    Status failed(String problem);

    /** What the client gets where the other server's address is not allowed. */
    Status refused();
  }

  /** What the client gets. */
  public sealed interface Answer {

    /** This head, and the body as it arrives. */
    record Passed(int code, Headers headers) implements Answer {}

    /**
     * What is made of the body, of which no more than so many bytes are read.
     *
     * @param maker may throw {@link ApiException}
     */
    record Made(int maxBytes, Function<byte[], ApiResponse.Complete> maker) implements Answer {}
  }
}
