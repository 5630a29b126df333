package io.usher.rule;

/** Which objects of a resource a rule is for, by where they live. */
public enum Scope {
  /** Both. */
  ANY("*"),
  /** Objects without a namespace; Namespaces are such. */
  CLUSTER("Cluster"),
  /** Objects in a namespace. */
  NAMESPACED("Namespaced");

  private final String spelling;

  Scope(String spelling) {
    this.spelling = spelling;
  }

  /** As Kubernetes writes it in a webhook configuration. */
  public String spelling() {
    return spelling;
  }
}
