package io.usher.http;

import java.io.IOException;

/** An address is none that may be connected to. */
final class AddressRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  AddressRefusedException() {
    super("address not allowed");
  }
}
