package io.usher.benchmarks.hostile;

import java.nio.charset.StandardCharsets;

/** AdmissionReviews of a Pod. */
final class Reviews {

  private Reviews() {}

  /** A good one. */
  static String good() {
    return review(
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"},\
        "spec":{"containers":[{"name":"app","image":"registry.example.com/app:1"}]}}""");
  }

  /** One of this object. */
  static String review(String object) {
    return """
    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{\
    "uid":"705ab4f5-6393-11e8-b7cc-42010a800002","kind":{"group":"","version":"v1","kind":"Pod"},\
    "resource":{"group":"","version":"v1","resource":"pods"},"name":"web","namespace":"default",\
    "operation":"CREATE","userInfo":{"username":"somebody"},"options":null,"dryRun":false,\
    "object":%s}}"""
        .formatted(object);
  }

  /** A whole call. */
  static String post(String path, String body) {
    return post(path, "10s", body);
  }

  /** A whole call that allows so much time. */
  static String post(String path, String timeout, String body) {
    return "POST "
        + path
        + "?timeout="
        + timeout
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
}
