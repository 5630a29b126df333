package io.usher.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The two requests that everything is measured with: CREATE of a Pod. */
enum Body {
  KB_6("6 KB", "review-6k.json"),
  KB_60("60 KB", "review-60k.json");

  private final String label;
  private final String resource;

  Body(String label, String resource) {
    this.label = label;
    this.resource = resource;
  }

  /** As reports name it. */
  String label() {
    return label;
  }

  /** The request's bytes. */
  byte[] bytes() {
    try (InputStream in = Body.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("read " + resource, e);
    }
  }
}
