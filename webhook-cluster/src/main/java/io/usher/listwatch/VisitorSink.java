package io.usher.listwatch;

import io.usher.admission.GroupVersionResource;
import io.usher.view.StoredObject;
import io.usher.view.ViewSpec;
import java.util.List;

/** Hands on what is read, and keeps nothing. */
final class VisitorSink implements Sink, Sink.Listing {

  private final ViewSpec spec;
  private final ObjectVisitor visitor;

  VisitorSink(GroupVersionResource resource, ObjectVisitor visitor) {
    this.spec = new ViewSpec(resource, List.of(), List.of());
    this.visitor = visitor;
  }

  @Override
  public ViewSpec spec() {
    return spec;
  }

  @Override
  public Listing list() {
    return this;
  }

  @Override
  public void add(StoredObject object) {
    visitor.visit(object);
  }

  @Override
  public void pageRead() throws InterruptedException {
    visitor.settle();
  }

  @Override
  public void end() {
    visitor.end();
  }

  @Override
  public void tell(Delta delta) throws InterruptedException {
    if (delta instanceof Delta.Stored stored) {
      visitor.visit(stored.object());
      visitor.settle();
    }
  }

  @Override
  public void problem(String what) {
    // The reflector logs it.
  }
}
