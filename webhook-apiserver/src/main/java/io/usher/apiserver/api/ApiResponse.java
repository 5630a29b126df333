package io.usher.apiserver.api;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * An answer, free of any HTTP library: either {@link Complete}, or {@link Streaming} when it goes
 * on until somebody ends it.
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
