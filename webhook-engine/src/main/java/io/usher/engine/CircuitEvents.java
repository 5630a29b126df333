package io.usher.engine;

/** Learns of the threads that hang in a rule or handler, and of its circuit. */
public interface CircuitEvents {

  /** This thread was given up; so many hang now. */
  void hung(int hungThreads, Thread thread);

  /** A thread that hung came back; so many still hang. */
  void released(int hungThreads);

  /** It is not tried, or is tried again. */
  void circuitChanged(boolean open);
}
