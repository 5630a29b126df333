package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Whoever approves, denies or signs a CertificateSigningRequest needs the right to do so for its
 * signer.
 */
final class SignerRights implements AdmissionPlugin {

  private final String name;
  private final String subresource;
  private final String verb;
  private final BiPredicate<ObjectNode, ObjectNode> needed;
  private @Nullable Authorizer authorizer;

  /**
   * @param needed whether what is written, and what was there before, needs the right
   */
  private SignerRights(
      String name, String subresource, String verb, BiPredicate<ObjectNode, ObjectNode> needed) {
    this.name = name;
    this.subresource = subresource;
    this.verb = verb;
    this.needed = needed;
  }

  /** Plugin {@code CertificateApproval}: verb approve for each write of {@code approval}. */
  static SignerRights approval() {
    return new SignerRights("CertificateApproval", "approval", "approve", (object, old) -> true);
  }

  /** Plugin {@code CertificateSigning}: verb sign for a certificate or a condition of a status. */
  static SignerRights signing() {
    return new SignerRights("CertificateSigning", "status", "sign", SignerRights::isSigned);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void join(Authorizer serversAuthorizer, ResourceRegistry types) {
    authorizer = serversAuthorizer;
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ObjectNode old = attributes.oldObject();
    if (old != null
        && SigningRequests.isWritten(attributes, subresource)
        && needed.test(attributes.written(), old)) {
      SigningRequests.requireRight(attributes, authorizer, verb, old);
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
