package io.usher.apiserver.proxy;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What clients get of the answers to {@code proxy}: as they are, but for where they lead to. */
final class ProxyAnswers implements Forwarding.Answers {

  /** The API server says itself who may read its answers. */
  private static final Set<String> CROSS_ORIGIN =
      Set.of(
          "access-control-allow-credentials",
          "access-control-allow-headers",
          "access-control-allow-methods",
          "access-control-allow-origin");

  private static final String LOCATION = "Location";
  private static final String LENGTH = "Content-Length";

  /** A page is rewritten in memory, unlike all others that are passed. */
  private static final int MAX_PAGE_BYTES = 4 << 20;

  private final boolean head;
  private final Links links;

  /**
   * @param head whether there is no body
   */
  ProxyAnswers(boolean head, Links links) {
    this.head = head;
    this.links = links;
  }

  @Override
  public Forwarding.Answer answered(int code, Headers headers) {
    Headers passed = headers.without(name -> CROSS_ORIGIN.contains(name.toLowerCase(Locale.ROOT)));
    String location = passed.first(LOCATION);
    if (location != null) {
      return new Forwarding.Answer.Passed(code, passed.with(LOCATION, links.rewritten(location)));
    }
    String type = passed.first("Content-Type");
    String encoding = passed.first("Content-Encoding");
    boolean zipped = "gzip".equals(encoding);
    boolean page = type != null && type.split(";", 2)[0].strip().equals("text/html");
    if (head || !page || !(zipped || encoding == null)) {
      return new Forwarding.Answer.Passed(code, passed);
    }
    Headers others = passed.without(LENGTH::equalsIgnoreCase);
    return new Forwarding.Answer.Made(
        MAX_PAGE_BYTES + 1,
        body ->
            new ApiResponse.Complete(
                code, others, List.of(ByteBuffer.wrap(rewritten(body, zipped)))));
  }

  private byte[] rewritten(byte[] body, boolean zipped) {
    try {
      byte[] page = zipped ? unzipped(body) : body;
      if (page.length > MAX_PAGE_BYTES) {
        throw new ApiException(
            failed("the page has more than " + MAX_PAGE_BYTES + " bytes, and can't be rewritten"));
      }
      // Byte by byte: its tags are ASCII in each encoding that the web has.
      byte[] links =
          HtmlLinks.rewritten(new String(page, StandardCharsets.ISO_8859_1), this.links)
              .getBytes(StandardCharsets.ISO_8859_1);
      return zipped ? zipped(links) : links;
    } catch (IOException e) {
      throw new ApiException(failed("the page is not compressed as it says: " + e.getMessage()));
    }
  }

  private static byte[] unzipped(byte[] body) throws IOException {
    try (var page = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return page.readNBytes(MAX_PAGE_BYTES + 1);
    }
  }

  private static byte[] zipped(byte[] page) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(page);
    }
    return bytes.toByteArray();
  }

  @Override
  public Status failed(String problem) {
    return Status.serviceUnavailable("error trying to reach service: " + problem);
  }

  @Override
  public Status refused() {
    return Locations.notAllowedStatus();
  }
}
