package io.usher.manifest;

/**
 * An alert of Prometheus.
 *
 * @param expression {@code %1$s} in it stands for the selector of the process's metrics
 * @param since how long it must hold
 * @param text for who is called
 */
record Alert(String name, String expression, String since, String severity, String text) {}
