package io.usher.http;

import java.nio.charset.StandardCharsets;

/** Bodies. */
final class Reviews {

  static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

  private Reviews() {}

  /** The creation of a Pod without labels. */
  static byte[] pod() {
    return podText().getBytes(StandardCharsets.UTF_8);
  }

  static String podText() {
    return """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{
        "uid":"705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},
        "requestKind":{"group":"","version":"v1","kind":"Pod"},
        "requestResource":{"group":"","version":"v1","resource":"pods"},
        "name":"web","namespace":"default","operation":"CREATE",
        "userInfo":{"username":"alice","groups":["system:authenticated"]},
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"},
        "spec":{"containers":[{"name":"web","image":"nginx:1.27"}]}},
        "oldObject":null,"dryRun":false,
        "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}""";
  }
}
