package io.usher.apiserver.admission.policy;

import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;

/** What policies are evaluated in: the server's namespaces, parameters and authorizer. */
record PolicyContext(
    ObjectStore store,
    WriteMatcher matcher,
    Params params,
    Authorizer authorizer,
    PolicyListener listener) {

  PolicyContext(
      ObjectStore store,
      ParamSource params,
      Authorizer authorizer,
      ResourceRegistry types,
      PolicyListener listener) {
    this(
        store,
        new WriteMatcher(WriteMatcher.namespacesOf(store)),
        new Params(params),
        authorizer,
        listener);
    matcher.join(types);
  }
}
