package io.usher.apiserver.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.apiserver.api.AuditSink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line of JSON for each request: an {@code Event} of audit.k8s.io/v1 at level Metadata, as
 * kube-apiserver's {@code --audit-log-path} has it. Objects are not in it, only who asked for
 * which.
 *
 * <p>A line is written whole and at once, so that it is there when the answer is. When it can't be
 * written, requests go on, and the server's own log says so once.
 */
public final class AuditLog implements AuditSink {

  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

  private final JsonMapper json = new JsonMapper();
  private final OutputStream out;
  private final AtomicBoolean failed = new AtomicBoolean();

  /**
   * Writes from now on.
   *
   * @param out a file opened for appending, or the standard output; closed by whoever opened it
   */
  public AuditLog(OutputStream out) {
    this.out = out;
  }

  @Override
  public void answered(Answered request) {
    try {
      byte[] event = json.writeValueAsBytes(AuditEvent.of(request));
      byte[] line = new byte[event.length + 1];
      System.arraycopy(event, 0, line, 0, event.length);
      line[event.length] = '\n';
      synchronized (out) {
        out.write(line);
        out.flush();
      }
      if (failed.getAndSet(false)) {
        LOG.info("the audit log is written again");
      }
    } catch (IOException e) {
      if (!failed.getAndSet(true)) {
        LOG.error("the audit log lacks requests from now on: {}", e.toString());
      }
    }
  }
}
