package io.usher.e2e;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A kube-apiserver that has an aggregator.
 *
 * @param proxies issue the aggregator's certificate
 * @param clients issue those of kube-apiserver's own clients
 */
record Aggregation(CertificateFiles proxies, CertificateFiles clients) {

  private static final String PROXY = "front-proxy-client";

  /** New CAs in a folder. */
  static Aggregation create(Path folder) {
    var proxies = new CertificateFiles(folder.resolve("proxies"), "front-proxy-ca");
    proxies.issue(PROXY);
    return new Aggregation(proxies, new CertificateFiles(folder.resolve("clients"), "client-ca"));
  }

  /** The server, ready; it keeps what it has in the folder. */
  PlainApiServer start(Path assets, Path folder) throws IOException {
    return new PlainApiServer(
        assets,
        folder,
        "--authorization-mode=RBAC",
        "--client-ca-file=" + clients.ca(),
        "--requestheader-client-ca-file=" + proxies.ca(),
        "--requestheader-allowed-names=" + PROXY,
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-uid-headers=X-Remote-Uid",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--proxy-client-cert-file=" + proxies.certificate(PROXY),
        "--proxy-client-key-file=" + proxies.key(PROXY),
        "--enable-aggregator-routing=true");
  }
}
