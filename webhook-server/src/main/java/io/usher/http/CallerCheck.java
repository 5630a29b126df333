package io.usher.http;

import io.usher.observe.Caller;

/** What a check of a caller finds: who it is, or why the call is refused. */
public sealed interface CallerCheck permits CallerCheck.Known, Refusal {

  /** A caller who may call. */
  record Known(Caller caller) implements CallerCheck {}
}
