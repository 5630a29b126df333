package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceRegistry;
import org.jspecify.annotations.Nullable;

/** Whoever approves or denies a CertificateSigningRequest needs verb approve on its signer. */
final class CertificateApproval implements AdmissionPlugin {

  private @Nullable Authorizer authorizer;

  @Override
  public String name() {
    return "CertificateApproval";
  }

  @Override
  public void join(Authorizer serversAuthorizer, ResourceRegistry types) {
    authorizer = serversAuthorizer;
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode old = attributes.oldObject();
    if (old != null && SigningRequests.isWritten(attributes, "approval")) {
      SigningRequests.requireRight(attributes, authorizer, "approve", old);
    }
  }
}
