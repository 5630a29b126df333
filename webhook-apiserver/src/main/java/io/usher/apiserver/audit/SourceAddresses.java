package io.usher.apiserver.audit;

import io.usher.apiserver.api.ApiRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a request comes from: what proxies say in {@code X-Forwarded-For} and {@code X-Real-Ip},
 * then the other end of the connection. All but the last can be made up by the client.
 */
final class SourceAddresses {

  /** What may be an address of IP: a name would be looked up, and anything else is none. */
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private SourceAddresses() {}

  static List<String> of(ApiRequest request) {
    var addresses = new ArrayList<String>();
    for (String each : text(request, "X-Forwarded-For").split(",")) {
      add(addresses, each.strip());
    }
    String real = text(request, "X-Real-Ip").strip();
    if (!addresses.contains(real)) {
      add(addresses, real);
    }
    String remote = request.remoteAddress();
    if (addresses.isEmpty() || !addresses.get(addresses.size() - 1).equals(remote)) {
      add(addresses, remote);
    }
    return addresses;
  }

  private static void add(List<String> addresses, String address) {
    if (ADDRESS.matcher(address).matches()) {
      addresses.add(address);
    }
  }

  private static String text(ApiRequest request, String header) {
    String value = request.headers().first(header);
    return value == null ? "" : value;
  }
}
