package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Whoever writes the certificate or the conditions of a CertificateSigningRequest's status needs
 * verb sign on its signer.
 */
final class CertificateSigning implements AdmissionPlugin {

  private @Nullable Authorizer authorizer;

  @Override
  public String name() {
    return "CertificateSigning";
  }

  @Override
  public void join(Authorizer serversAuthorizer, ResourceRegistry types) {
    authorizer = serversAuthorizer;
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode old = attributes.oldObject();
    if (old != null
        && SigningRequests.isWritten(attributes, "status")
        && isSigned(attributes.written(), old)) {
      SigningRequests.requireRight(attributes, authorizer, "sign", old);
    }
  }

  private static boolean isSigned(ObjectNode object, ObjectNode old) {
    JsonNode conditions = object.at("/status/conditions");
    JsonNode before = old.at("/status/conditions");
    boolean decided = !(conditions.isEmpty() && before.isEmpty()) && !conditions.equals(before);
    return decided
        || !object
            .at("/status/certificate")
            .asText("")
            .equals(old.at("/status/certificate").asText(""));
  }
}
