package io.usher.listwatch;

import io.usher.view.StoredObject;
import io.usher.view.ViewSpec;

/** Takes what a reflector reads of one resource. */
interface Sink {

  /** What is read. */
  ViewSpec spec();

  /** A list begins. */
  Listing list();

  /** Takes what a watch told; may wait. */
  void tell(Delta delta) throws InterruptedException;

  /** What stands in the way, for messages. */
  void problem(String what);

  /** A list that is being read. */
  interface Listing {

    /** An object of it, while the answer is still read. */
    void add(StoredObject object);

    /** A page is read; may wait. */
    void pageRead() throws InterruptedException;

    /** It is whole; may wait. */
    void end() throws InterruptedException;
  }
}
