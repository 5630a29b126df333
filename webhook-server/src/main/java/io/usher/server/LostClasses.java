package io.usher.server;

import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Notices classes of the server that are lost: a rule needed one first at the end of a deep stack,
 * and the JVM never tries the initializer of a class again. All rules fail that need it from then
 * on, until the process is replaced.
 */
final class LostClasses implements ReviewObserver.Some {

  /** A longer chain of causes is a circle. */
  private static final int MOST_CAUSES = 50;

  private static final Pattern NAME = Pattern.compile("Could not initialize class (\\S+)");

  private final BiConsumer<String, Throwable> fatal;

  /**
   * Looks at each failure.
   *
   * @param fatal is told what is lost, and the failure
   */
  LostClasses(BiConsumer<String, Throwable> fatal) {
    this.fatal = fatal;
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    look(cause);
  }

  @Override
  public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    look(cause);
  }

  private void look(Throwable failure) {
    @Nullable Throwable each = failure;
    for (int i = 0; i < MOST_CAUSES && each != null; i++) {
      if (each instanceof NoClassDefFoundError && metTheEndOfAStack(each.getCause())) {
        var name = NAME.matcher(String.valueOf(each.getMessage()));
        if (name.lookingAt() && isServers(name.group(1))) {
          fatal.accept(
              "a rule met the end of its stack while it first used " + name.group(1), failure);
          return;
        }
      }
      each = each.getCause();
    }
  }

  private static boolean metTheEndOfAStack(@Nullable Throwable cause) {
    return cause instanceof ExceptionInInitializerError
        && String.valueOf(cause.getMessage()).contains(StackOverflowError.class.getName());
  }

  /** A class of a rule jar's own is lost to that jar alone. */
  private static boolean isServers(String name) {
    try {
      Class.forName(name, false, LostClasses.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
