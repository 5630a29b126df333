package io.usher.decisions;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.StoredObject;
import io.usher.certs.PeerFiles;
import io.usher.decisions.Replica.Versioned;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells other replicas what this one has: lines of JSON. Nobody else gets an answer, whatever the
 * cluster's roles say.
 */
final class PeerHandler implements PathHandler {

  private static final String PREFIX = "/peer/";

  /** {@code after}: the version that the answer's is to be later than. */
  static final String MARK = PREFIX + "mark?after=";

  /** A line that says how far they reach back, then the decisions. */
  static final String DECISIONS = PREFIX + "decisions?upTo=";

  /** The rules' reports. */
  static final String RULES = PREFIX + "rules?upTo=";

  /** The decisions after a version, for as long as somebody reads them. */
  static final String FOLLOW = PREFIX + "follow?after=";

  /** What is not JSON is between the lines. */
  private static final String LINES = "application/jsonl";

  private static final ByteBuffer NEW_LINE = utf8("\n");

  private final Replica replica;
  private final PeerFiles files;
  private final PeerStreams streams;

  PeerHandler(Replica replica, PeerFiles files, PeerStreams streams) {
    this.replica = replica;
    this.files = files;
    this.streams = streams;
  }

  /** Who shows a certificate of a peer; null for others. */
  @Nullable UserInfo authenticate(ApiRequest request) {
    return isOurs(request.path()) && files.isPeer(request.clientCertificates())
        ? UserInfo.of("system:usher:peer")
        : null;
  }

  /** Leaves to {@link #answer} who is a peer. */
  Authorizer.Decision authorize(UserInfo user, RequestInfo request) {
    return !request.resourceRequest() && isOurs(request.path())
        ? Authorizer.Decision.allow("")
        : Authorizer.Decision.noOpinion("");
  }

  private static boolean isOurs(String path) {
    return path.startsWith(PREFIX);
  }

  @Override
  public @Nullable ApiResponse answer(ApiRequest request) {
    if (!isOurs(request.path())) {
      return null;
    }
    if (!files.isPeer(request.clientCertificates())) {
      throw new ApiException(
          Status.forbidden(
              new GroupResource("", "peer"),
              "",
              "only another replica may ask, by its certificate"));
    }
    return switch (request.path().substring(PREFIX.length())) {
      case "mark" ->
          lines(List.of(utf8("{\"version\":" + replica.mark(number(request, "after")) + "}\n")));
      case "decisions" -> decisions(number(request, "upTo"));
      case "rules" -> rules();
      case "follow" ->
          new ApiResponse.Streaming(
              200,
              ApiResponse.headers(LINES, List.of()),
              streams.stream(replica, number(request, "after")));
      default -> null;
    };
  }

  private long number(ApiRequest request, String parameter) {
    try {
      long version = Long.parseLong(request.query().first(parameter));
      if (replica.isFarAhead(version)) {
        throw new ApiException(
            Status.badRequest(parameter + " is more than an hour ahead of this replica's clock"));
      }
      return version;
    } catch (NumberFormatException e) {
      throw new ApiException(Status.badRequest(parameter + " is no version"));
    }
  }

  private ApiResponse decisions(long upTo) {
    DecisionLog.Seen seen = replica.decisions(upTo);
    var parts = new ArrayList<ByteBuffer>();
    parts.add(utf8("{\"oldest\":" + seen.oldest() + "}\n"));
    for (StoredObject each : seen.decisions()) {
      parts.add(each.json());
      parts.add(NEW_LINE);
    }
    return lines(parts);
  }

  private ApiResponse rules() {
    var parts = new ArrayList<ByteBuffer>();
    for (Versioned each : replica.rules()) {
      parts.add(utf8(each.report().toJson().put("version", each.version()) + "\n"));
    }
    return lines(parts);
  }

  private static ApiResponse lines(List<ByteBuffer> parts) {
    return new ApiResponse.Complete(200, ApiResponse.headers(LINES, List.of()), parts);
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }
}
