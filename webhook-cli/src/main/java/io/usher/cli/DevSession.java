package io.usher.cli;

import io.usher.manifest.DevWebhookConfigurations;
import java.io.IOException;
import java.io.PrintWriter;

/** The registration of one run of {@code usher dev}, which goes with it however it ends. */
final class DevSession implements AutoCloseable {

  private final KubectlProcess kubectl;
  private final String name;
  private final PrintWriter err;
  private boolean registered;

  /**
   * One that has registered nothing yet.
   *
   * @param name of the registration
   * @param err where it says what it could not take away
   */
  DevSession(KubectlProcess kubectl, String name, PrintWriter err) {
    this.kubectl = kubectl;
    this.name = name;
    this.err = err;
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "unregister"));
  }

  /** Registers these configurations. */
  synchronized void register(String yaml) throws IOException, InterruptedException {
    registered = true;
    kubectl.run(yaml, "apply", "--server-side", "--force-conflicts", "-f", "-");
  }

  /** Takes away what runs of this name registered, and returns what kubectl printed. */
  String unregister() throws IOException, InterruptedException {
    return kubectl.run(
        "",
        "delete",
        "mutatingwebhookconfigurations,validatingwebhookconfigurations",
        "--ignore-not-found",
        "-l",
        label());
  }

  /** By which a namespace opts in. */
  String label() {
    return DevWebhookConfigurations.LABEL + "=" + name;
  }

  @Override
  public synchronized void close() {
    if (!registered) {
      return;
    }
    registered = false;
    try {
      unregister();
    } catch (IOException e) {
      err.println("the registration is still there, run usher dev --cleanup: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("the registration is still there, run usher dev --cleanup: interrupted");
    }
  }
}
