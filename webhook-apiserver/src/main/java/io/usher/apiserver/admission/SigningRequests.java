package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CertificateSigningRequests as the plugins about them need them. */
final class SigningRequests {

  private static final String GROUP = "certificates.k8s.io";
  private static final GroupResource RESOURCE =
      new GroupResource(GROUP, "certificatesigningrequests");
  private static final String SIGNERS = "signers";

  private SigningRequests() {}

  /**
   * Whether a write is of one.
   *
   * @param subresource empty for the whole object
   */
  static boolean isWritten(AdmissionAttributes attributes, String subresource) {
    return attributes.info().groupResource().equals(RESOURCE)
        && attributes.info().subresource().equals(subresource);
  }

  /**
   * Refuses who may do neither with the signer of a stored request nor with all signers of its
   * domain.
   *
   * @param authorizer null when the plugin is part of no server: then nobody may
   * @param verb on {@code signers}, {@code approve} or {@code sign}
   * @throws ApiException 403
   */
  static void requireRight(
      AdmissionAttributes attributes,
      @Nullable Authorizer authorizer,
      String verb,
      ObjectNode stored) {
    String signer = stored.at("/spec/signerName").asText();
    String ofDomain = signer.split("/", -1)[0] + "/*";
    for (String name : List.of(signer, ofDomain)) {
      var right =
          new RequestInfo(true, "", verb, GROUP, "*", "", SIGNERS, "", name, List.of(SIGNERS));
      if (authorizer != null && authorizer.authorize(attributes.user(), right).allowed()) {
        return;
      }
    }
    throw Refusal.of(
        attributes,
        "user not permitted to " + verb + " requests with signerName " + GoText.quote(signer));
  }
}
