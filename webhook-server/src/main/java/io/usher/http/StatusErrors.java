package io.usher.http;

import io.usher.engine.ReviewAnswer;
import java.nio.ByteBuffer;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses (lengths that contradict, headers too large) as a {@code Status}. */
final class StatusErrors implements Request.Handler {

  private static final Map<Integer, String> REASONS =
      Map.of(400, "BadRequest", 408, "Timeout", 414, "RequestURITooLong", 431, "HeadersTooLarge");

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int code = response.getStatus();
    var message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    // The message of a 500 is an exception's, which is nobody's business outside.
    String text = message == null || code >= 500 ? HttpStatus.getMessage(code) : message.toString();
    String reason = REASONS.getOrDefault(code, code >= 500 ? "InternalError" : "BadRequest");
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ContentType.JSON);
    var answer = ReviewAnswer.refused(code, reason, text);
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
    return true;
  }
}
