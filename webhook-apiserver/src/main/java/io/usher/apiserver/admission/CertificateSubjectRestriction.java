package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** Nobody asks the signer of clients' certificates for one of group {@code system:masters}. */
final class CertificateSubjectRestriction implements AdmissionPlugin {

  private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
  private static final String MASTERS = "system:masters";

  @Override
  public String name() {
    return "CertificateSubjectRestriction";
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    if (attributes.operation() != Operation.CREATE || !SigningRequests.isWritten(attributes, "")) {
      return;
    }
    ObjectNode request = attributes.written();
    if (!request.at("/spec/signerName").asText().equals(SIGNER)) {
      return;
    }
    boolean masters;
    try {
      masters = isForMasters(request.at("/spec/request").asText());
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle tells of what it can't read by unchecked exceptions, too.
      throw Refusal.of(attributes, "failed to parse CSR: spec.request: " + e);
    }
    if (masters) {
      throw Refusal.of(
          attributes, "use of " + SIGNER + " signer with " + MASTERS + " group is not allowed");
    }
  }

  /** Looks into every block, as a signer may read another one than the first. */
  private static boolean isForMasters(String base64) throws IOException {
    String pem = new String(Base64.getDecoder().decode(base64), StandardCharsets.ISO_8859_1);
    try (var reader = new PemReader(new StringReader(pem))) {
      for (PemObject block = reader.readPemObject();
          block != null;
          block = reader.readPemObject()) {
        var request = new PKCS10CertificationRequest(block.getContent());
        for (RDN name : request.getSubject().getRDNs()) {
          for (AttributeTypeAndValue each : name.getTypesAndValues()) {
            if (each.getType().equals(BCStyle.O)
                && each.getValue() instanceof ASN1String organization
                && organization.getString().equals(MASTERS)) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }
}
