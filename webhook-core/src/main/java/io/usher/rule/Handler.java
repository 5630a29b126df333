package io.usher.rule;

/** One handler, as the controller calls it. Annotated methods become handlers. */
@FunctionalInterface
public interface Handler {

  /**
   * Handles one object.
   *
   * @return what is to become of it
   * @throws Exception when the handler can't tell: it is called again later
   */
  Outcome handle(HandlerContext context) throws Exception;
}
