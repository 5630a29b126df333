package io.usher.apiserver.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * An answer, free of any HTTP library: {@link Complete}, {@link Streaming} when it goes on until
 * somebody ends it, or {@link Forwarded} when another server gives it.
 */
public sealed interface ApiResponse {

  /** The HTTP status code. */
  int code();

  /** The headers; Content-Length and Transfer-Encoding are the transport's. */
  Headers headers();

  /**
   * An answer that is all there.
   *
   * @param body its parts in order; read-only, and shared with other answers. A list's parts are
   *     the stored objects themselves
   */
  record Complete(int code, Headers headers, List<ByteBuffer> body) implements ApiResponse {

    public Complete {
      body = List.copyOf(body);
    }

    @Override
    public Complete withHeaders(Headers others) {
      return new Complete(code, others, body);
    }

    /** The length of the body in bytes. */
    public long length() {
      long length = 0;
      for (ByteBuffer part : body) {
        length += part.remaining();
      }
      return length;
    }

    /** The body in one piece. */
    public byte[] bytes() {
      ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length()));
      body.forEach(part -> all.put(part.duplicate()));
      return all.array();
    }
  }

  /**
   * An answer that goes on.
   *
   * @param stream what is sent once the head is
   */
  record Streaming(int code, Headers headers, FrameStream stream) implements ApiResponse {

    @Override
    public Streaming withHeaders(Headers others) {
      return new Streaming(code, others, stream);
    }
  }

  /**
   * An answer that another server gives.
   *
   * @param headers what the API server adds
   * @param failure the answer where there is none
   * @param ended told the code of the answer, once its end is sent
   */
  record Forwarded(
      Forwarding forwarding,
      Headers headers,
      Function<Status, ApiResponse> failure,
      IntConsumer ended)
      implements ApiResponse {

    /** Where nothing is added. */
    public static Forwarded of(Forwarding forwarding) {
      return new Forwarded(
          forwarding,
          Headers.NONE,
          status ->
              ApiResponse.of(
                  status.code(),
                  "application/json",
                  status.toJson().toString().getBytes(StandardCharsets.UTF_8)),
          code -> {});
    }

    /** 0, as it is not known yet. */
    @Override
    public int code() {
      return 0;
    }

    @Override
    public Forwarded withHeaders(Headers others) {
      return new Forwarded(forwarding, others, failure, ended);
    }
  }

  /** The same answer with other headers. */
  ApiResponse withHeaders(Headers others);

  /** An answer of one piece. */
  static Complete of(int code, String contentType, byte[] body) {
    return new Complete(
        code, headers(contentType, List.of()), List.of(ByteBuffer.wrap(body).asReadOnlyBuffer()));
  }

  /** Headers of a content type and {@code Warning} headers with these texts. */
  static Headers headers(String contentType, List<String> warnings) {
    Headers headers = Headers.of(Map.of("Content-Type", List.of(contentType)));
    for (String warning : warnings) {
      headers = headers.withWarning(warning);
    }
    return headers;
  }
}
