package io.usher.leader;

/**
 * Work that one replica of several does: the one that leads.
 *
 * <p><b>Expected flow.</b> The task runs on a thread of its own from the moment that its replica
 * leads. When the replica leads no longer, or is told to stop, the thread is interrupted; the task
 * ends what it has begun and returns. It may run again later.
 *
 * <p><b>Guarantee.</b> What it writes through {@link Leadership#client()} is refused from the
 * moment on that another replica might lead, also when it was not interrupted yet.
 *
 * <p><b>Assumption.</b> It writes by no other client, and returns soon when it is interrupted, with
 * no request in flight and no thread left running.
 */
@FunctionalInterface
public interface LeaderTask {

  /**
   * Works until the thread is interrupted. A task that returns before has nothing more to do; its
   * replica goes on leading. A task that throws ends the leadership of its replica.
   */
  void lead(Leadership leadership) throws InterruptedException;
}
