package io.fabric8.kubernetes.api.model;

/** Of fabric8's model by its package; tells when it is decoded, and when it is encoded again. */
public final class PodOfAHook extends Pod {

  private static final long serialVersionUID = 1L;

  private static String where = "";
  private static Runnable hook = () -> {};

  private static long encodings;

  private boolean edited;

  /** How many times an edited one was encoded. */
  public static long encodings() {
    return encodings;
  }

  /** Runs this once, in the midst of {@code decode} or of the {@code encode} after an edit. */
  public static void at(String place, Runnable once) {
    where = place;
    hook = once;
  }

  @Override
  public void setSpec(PodSpec spec) {
    super.setSpec(spec);
    run("decode");
  }

  @Override
  public PodSpec getSpec() {
    edited |= getMetadata() != null && getMetadata().getLabels().containsKey("x");
    if (edited) {
      encodings++;
      run("encode");
    }
    return super.getSpec();
  }

  private static void run(String place) {
    if (where.equals(place)) {
      where = "";
      hook.run();
    }
  }
}
