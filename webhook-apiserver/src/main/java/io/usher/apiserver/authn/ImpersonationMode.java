package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ObjectNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kinds of impersonation, in the order in which they are tried. */
enum ImpersonationMode {
  /** A service account acts as the node that its Pod runs on. */
  ASSOCIATED_NODE("associated-node") {
    @Override
    boolean isFor(UserInfo wanted, UserInfo caller) {
      return ARBITRARY_NODE.isFor(wanted, caller)
          && ServiceAccountName.of(caller.username()) != null
          && List.of(String.valueOf(nodeName(wanted.username())))
              .equals(caller.extra().get("authentication.kubernetes.io/node-name"));
    }
  },
  ARBITRARY_NODE("arbitrary-node") {
    @Override
    boolean isFor(UserInfo wanted, UserInfo caller) {
      return isNameAlone(wanted) && nodeName(wanted.username()) != null;
    }
  },
  SERVICE_ACCOUNT("serviceaccount") {
    @Override
    boolean isFor(UserInfo wanted, UserInfo caller) {
      return isNameAlone(wanted) && ServiceAccountName.of(wanted.username()) != null;
    }
  },
  /** Whoever is neither a node nor a service account. */
  USER_INFO("user-info") {
    @Override
    boolean isFor(UserInfo wanted, UserInfo caller) {
      return nodeName(wanted.username()) == null
          && ServiceAccountName.of(wanted.username()) == null;
    }
  },
  /** Verb {@code impersonate}, which has no bounds. */
  LEGACY("") {
    @Override
    boolean isFor(UserInfo wanted, UserInfo caller) {
      return true;
    }
  };

  private final String mode;

  ImpersonationMode(String mode) {
    this.mode = mode;
  }

  /** Whether this kind knows such a user. */
  abstract boolean isFor(UserInfo wanted, UserInfo caller);

  boolean isConstrained() {
    return this != LEGACY;
  }

  /** The verb on the other user. */
  String verb() {
    return isConstrained() ? "impersonate:" + mode : "impersonate";
  }

  /** The verb on what the caller wants to do as the other. */
  String verbOn(String verb) {
    return "impersonate-on:" + mode + ':' + verb;
  }

  /** As the audit log names it. */
  String constraint() {
    return isConstrained() ? verb() : "";
  }

  /** The node whose kubelet has this name, or null. */
  static @Nullable String nodeName(String username) {
    if (!username.startsWith(WellKnown.NODE_PREFIX)) {
      return null;
    }
    String name = username.substring(WellKnown.NODE_PREFIX.length());
    return ObjectNames.subdomainProblems(name, false).isEmpty() ? name : null;
  }

  private static boolean isNameAlone(UserInfo wanted) {
    return wanted.uid().isEmpty() && wanted.groups().isEmpty() && wanted.extra().isEmpty();
  }
}
