package io.usher.apiserver.storage.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.storage.StorageException.Outcome;
import java.net.ConnectException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Asks etcd. One member answers until it fails; then the next one is asked. A request is made once:
 * a transaction that was sent and got no answer may have been done, and only its sender knows what
 * that means to him.
 */
final class EtcdClient implements AutoCloseable {

  /**
   * More than etcd puts into a message, some 1.5 MiB by default, unless many keys are asked for.
   */
  private static final int MAX_MESSAGE_BYTES = 32 << 20;

  /** How many objects are asked for at once; fewer when they are too many bytes. */
  private static final int PAGE = 500;

  /** Etcd closes connections that are checked more often than every 5 s. */
  private static final int KEEP_ALIVE_SECONDS = 10;

  /** A member without a leader ends a watch with this header, where it else would stay silent. */
  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  /** How etcd says that it has forgotten a revision. */
  private static final String COMPACTED = "required revision has been compacted";

  private final List<ManagedChannel> members = new ArrayList<>();
  private final List<URI> servers;
  private final AtomicInteger current = new AtomicInteger();
  private final long timeoutMillis;

  private EtcdClient(EtcdConfig config, ChannelCredentials credentials) {
    servers = config.servers();
    timeoutMillis = config.timeout().toMillis();
    for (URI server : servers) {
      members.add(
          Grpc.newChannelBuilder(server.getHost() + ':' + server.getPort(), credentials)
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .disableRetry()
              .build());
    }
  }

  /** Connects to nobody yet. */
  static EtcdClient of(EtcdConfig config, EtcdTls tls) {
    return new EtcdClient(config, tls.credentials());
  }

  /** The same without TLS. */
  static EtcdClient of(EtcdConfig config) {
    return new EtcdClient(config, InsecureChannelCredentials.create());
  }

  /** The member that is asked now. */
  URI server() {
    return servers.get(current.get());
  }

  /** The revision of the last write in etcd, agreed upon by a majority of its members. */
  long revision(ByteString key) {
    RangeRequest nothing = RangeRequest.newBuilder().setKey(key).setCountOnly(true).build();
    return range("read its revision", nothing).getHeader().getRevision();
  }

  /** The value of a key as a majority of the members has it. */
  RangeResponse get(ByteString key) {
    return range("read " + key.toStringUtf8(), RangeRequest.newBuilder().setKey(key).build());
  }

  private RangeResponse range(String step, RangeRequest request) {
    return call(step, false, kv -> kv.range(request));
  }

  /**
   * Every key of a range as it was at a revision.
   *
   * @return false when etcd has forgotten that revision; then the taker has got nothing
   */
  boolean list(ByteString begin, ByteString end, long revision, Consumer<KeyValue> taker) {
    int page = PAGE;
    ByteString from = begin;
    while (true) {
      RangeRequest request =
          RangeRequest.newBuilder()
              .setKey(from)
              .setRangeEnd(end)
              .setRevision(revision)
              .setLimit(page)
              .build();
      RangeResponse response;
      try {
        response = kv().range(request);
      } catch (StatusRuntimeException e) {
        Status.Code code = e.getStatus().getCode();
        if (code == Status.Code.OUT_OF_RANGE && from == begin) {
          return false;
        }
        if (code == Status.Code.RESOURCE_EXHAUSTED && page > 1) {
          page /= 2;
          continue;
        }
        throw failure("list " + begin.toStringUtf8(), e, false);
      }
      response.getKvsList().forEach(taker);
      if (!response.getMore()) {
        return true;
      }
      // The next key there can be.
      from = response.getKvs(response.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(ZERO));
    }
  }

  private static final byte[] ZERO = {0};

  /** Writes, all or nothing. */
  TxnResponse write(String step, TxnRequest transaction) {
    return call(step, true, kv -> kv.txn(transaction));
  }

  /** Has etcd forget what was before a revision, if it has not. */
  void compact(long revision) {
    CompactionRequest request = CompactionRequest.newBuilder().setRevision(revision).build();
    try {
      kv().compact(request);
    } catch (StatusRuntimeException e) {
      if (!Objects.requireNonNullElse(e.getStatus().getDescription(), "").endsWith(COMPACTED)) {
        throw failure("compact to revision " + revision, e, false);
      }
    }
  }

  /** For watches: their streams wait for a connection, and have no deadline. */
  WatchGrpc.WatchStub watch() {
    var headers = new Metadata();
    headers.put(HAS_LEADER, "true");
    return WatchGrpc.newStub(member())
        .withWaitForReady()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private ManagedChannel member() {
    return members.get(current.get());
  }

  private KVGrpc.KVBlockingStub kv() {
    return KVGrpc.newBlockingStub(member()).withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  private <T> T call(String step, boolean writes, Function<KVGrpc.KVBlockingStub, T> request) {
    int member = current.get();
    try {
      return request.apply(kv());
    } catch (StatusRuntimeException e) {
      StorageException failure = failure(step, e, writes);
      if (failure.outcome() == Outcome.UNAVAILABLE || failure.outcome() == Outcome.UNKNOWN) {
        leave(member);
      }
      throw failure;
    }
  }

  /** Asks the next member from now on. */
  void leave() {
    leave(current.get());
  }

  private void leave(int member) {
    current.compareAndSet(member, (member + 1) % members.size());
  }

  /** Connects to the member now, if it is not: gRPC itself waits for up to two minutes. */
  void connect() {
    member().resetConnectBackoff();
  }

  /** What a failure means to who asked. */
  StorageException failure(String step, StatusRuntimeException e, boolean writes) {
    Status status = e.getStatus();
    String description = Objects.requireNonNullElse(status.getDescription(), "no description");
    String cause = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ')';
    String problem =
        "etcd at "
            + server()
            + " can't "
            + step
            + ": "
            + status.getCode()
            + ": "
            + description
            + cause;
    return new StorageException(outcome(status, description, writes), problem, e);
  }

  private static Outcome outcome(Status status, String description, boolean writes) {
    return switch (status.getCode()) {
      case INVALID_ARGUMENT, RESOURCE_EXHAUSTED -> {
        if (writes
            && (description.contains("request is too large")
                || description.contains("larger than max"))) {
          yield Outcome.TOO_LARGE;
        }
        // Too many requests, or no space left: etcd has refused it.
        yield status.getCode() == Status.Code.RESOURCE_EXHAUSTED
            ? Outcome.UNAVAILABLE
            : Outcome.BROKEN;
      }
      case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED, FAILED_PRECONDITION, OUT_OF_RANGE ->
          Outcome.BROKEN;
      default ->
          writes && !wasNeverDone(status, description) ? Outcome.UNKNOWN : Outcome.UNAVAILABLE;
    };
  }

  /** Whether a write can't have been done: nobody was connected, or a member without a leader. */
  private static boolean wasNeverDone(Status status, String description) {
    if (description.contains("etcdserver: no leader")) {
      return true;
    }
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException || cause instanceof SSLException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    members.forEach(ManagedChannel::shutdownNow);
  }
}
