package io.usher.leader;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.usher.connection.Connection;
import io.usher.engine.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for a Lease again and again, and runs tasks while it is held. When it is closed, the tasks
 * end first; then the Lease is released, so that another replica takes it at once. Thread-safe.
 */
public final class LeaderElection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

  /** For a task to return; what it writes is refused by then anyway. */
  private static final Duration STOP = Duration.ofSeconds(10);

  private final LeaderElectionSettings settings;
  private final Ticker ticker;
  private final Config connection;
  private final KubernetesClient client;
  private final ExecutorService executor =
      Executors.newCachedThreadPool(task -> daemon(task, "election"));
  private final Thread loop = daemon(this::run, "leader-election");
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong terms = new AtomicLong();
  private volatile Optional<String> problem = Optional.of("the Lease was not looked at yet");

  /** Held while tasks run. It is fair, so that who waits for their end has it before the next. */
  private final ReentrantLock work = new ReentrantLock(true);

  private volatile List<LeaderTask> tasks;

  /** Replaced under this object's lock. */
  private volatile Term term;

  /**
   * An election that has not begun.
   *
   * @param kubeconfig null for what {@code KUBECONFIG} names, else the Pod's ServiceAccount, else
   *     the kubeconfig of the home directory
   * @param tasks run at the same time, each on its thread
   * @throws IllegalArgumentException when the kubeconfig is none
   */
  public static LeaderElection open(
      @Nullable Path kubeconfig,
      LeaderElectionSettings settings,
      List<LeaderTask> tasks,
      Ticker ticker) {
    return new LeaderElection(Connection.config(kubeconfig), settings, tasks, ticker);
  }

  LeaderElection(
      Config connection, LeaderElectionSettings settings, List<LeaderTask> tasks, Ticker ticker) {
    this.connection =
        // What is tried again is decided, and logged, by those who ask.
        new ConfigBuilder(connection).withRequestRetryBackoffLimit(0).build();
    this.settings = settings;
    this.tasks = List.copyOf(tasks);
    this.ticker = ticker;
    // A renewal that hangs leaves time for a second one.
    int patience = (int) settings.renewDeadline().dividedBy(2).toMillis();
    client =
        Connection.client(
                new ConfigBuilder(this.connection)
                    .withRequestTimeout(patience)
                    .withConnectionTimeout(patience)
                    .build())
            .build();
    term = new Term(ticker, settings.renewDeadline());
  }

  /** Takes part from now on. */
  public void start() {
    loop.start();
  }

  /**
   * Runs other tasks from now on. Those that run are ended as at the end of a term, but the Lease
   * is kept.
   */
  public void replace(List<LeaderTask> others) throws InterruptedException {
    tasks = List.copyOf(others);
    term.look();
    work.lockInterruptibly();
    work.unlock();
  }

  /** Whether this replica leads. */
  public boolean leading() {
    return term.held();
  }

  /** How often this replica has begun to lead. */
  public long terms() {
    return terms.get();
  }

  /** What went wrong when the Lease was looked at last; empty when nothing did. */
  public Optional<String> problem() {
    return problem;
  }

  private void problem(Optional<String> found) {
    if (!found.equals(problem)) {
      found.ifPresent(text -> LOG.warn("{}", text));
    }
    problem = found;
  }

  private void run() {
    try {
      while (closing.getCount() > 0) {
        takePart();
        closing.await(settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** For one term at most. */
  private void takePart() throws InterruptedException {
    Term next = next();
    var election = elector(next).start();
    // Lost to another replica, before it could lapse.
    election.whenComplete((nothing, failure) -> next.end());
    try {
      next.awaitBegin();
      if (next.held()) {
        lead(next);
      }
    } finally {
      next.end();
      // Releases the Lease, if it is still ours.
      election.cancel(true);
    }
  }

  private synchronized Term next() {
    var next = new Term(ticker, settings.renewDeadline());
    if (closing.getCount() == 0) {
      next.end();
    }
    term = next;
    return next;
  }

  private LeaderElector elector(Term next) {
    var lock =
        new ObservedLock(
            new LeaseLock(namespace(), settings.name(), settings.identity()),
            ticker,
            next,
            this::problem);
    // The term knows better when it begins and ends.
    var callbacks =
        new LeaderCallbacks(
            () -> {},
            () -> {},
            holder ->
                LOG.info(
                    "{} is held by {}",
                    lock.describe(),
                    Objects.requireNonNullElse(holder, "nobody")));
    return new LeaderElector(
        client,
        new LeaderElectionConfig(
            lock,
            settings.leaseDuration(),
            settings.renewDeadline(),
            settings.retryPeriod(),
            callbacks,
            true,
            settings.name()),
        executor);
  }

  private String namespace() {
    return Stream.of(settings.namespace(), connection.getNamespace(), "default")
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private void lead(Term held) throws InterruptedException {
    terms.incrementAndGet();
    LOG.info("{} leads from now on", settings.identity());
    do {
      work.lockInterruptibly();
      try {
        work(held, tasks);
      } finally {
        work.unlock();
      }
    } while (held.held());
  }

  /** Until the term is over, or the tasks are others. */
  private void work(Term held, List<LeaderTask> now) throws InterruptedException {
    try (var leadership = new HeldLeadership(held, connection)) {
      List<Thread> threads =
          now.stream().map(task -> daemon(() -> run(task, leadership, held), "leader")).toList();
      threads.forEach(Thread::start);
      held.awaitEnd(() -> tasks != now);
      leadership.end();
      LOG.info(
          held.held() ? "{} leads on, with other tasks" : "{} leads no longer",
          settings.identity());
      stop(threads);
    }
  }

  private static void run(LeaderTask task, Leadership leadership, Term held) {
    try {
      task.lead(leadership);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      // What fails because its time is over is told as that.
      if (leadership.held()) {
        LOG.error("a task of the leader failed, so another replica may lead", e);
        held.end();
      } else {
        LOG.debug("a task of the leader failed at its end", e);
      }
    }
  }

  private static void stop(List<Thread> threads) throws InterruptedException {
    threads.forEach(Thread::interrupt);
    long until = System.nanoTime() + STOP.toNanos();
    for (Thread thread : threads) {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, until - System.nanoTime()));
      if (thread.isAlive()) {
        LOG.error("a task of the leader did not end in {}; what it writes is refused", STOP);
      }
    }
  }

  private static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns when the tasks have ended and the Lease is released, as far as that was possible. */
  @Override
  public void close() {
    synchronized (this) {
      closing.countDown();
      term.end();
    }
    try {
      loop.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      executor.shutdownNow();
      client.close();
    }
  }
}
