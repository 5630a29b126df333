package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.NullNode;
import io.usher.apiserver.api.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a CertificateSigningRequest. */
final class SigningRequestChecks {

  private static final String APPROVED = "Approved";
  private static final String DENIED = "Denied";
  private static final String FAILED = "Failed";
  private static final String LEGACY_SIGNER = "kubernetes.io/legacy-unknown";
  private static final String TRUE = "True";
  private static final int MIN_SECONDS = 600;
  private static final int MAX_DOMAIN = 253;

  /** A domain, a slash, a namespace, a dot and a name. */
  private static final int MAX_SIGNER = MAX_DOMAIN + 1 + 253 + 63 + 1;

  private static final List<String> USAGES =
      List.of(
          "any",
          "cert sign",
          "client auth",
          "code signing",
          "content commitment",
          "crl sign",
          "data encipherment",
          "decipher only",
          "digital signature",
          "email protection",
          "encipher only",
          "ipsec end system",
          "ipsec tunnel",
          "ipsec user",
          "key agreement",
          "key encipherment",
          "microsoft sgc",
          "netscape sgc",
          "ocsp signing",
          "s/mime",
          "server auth",
          "signing",
          "timestamping");

  private static final List<String> STATUSES = List.of("False", TRUE, "Unknown");

  private final Errors errors = new Errors();

  /** Checks what a client asks for. */
  void checkSpec(Field spec) {
    Field request = spec.at("request");
    String problem = SigningRequestPem.problemOfRequest(request.text());
    if (!problem.isEmpty()) {
      errors.invalid(request, request.isSet() ? request.node() : NullNode.instance, problem);
    }
    if (spec.elements("usages").isEmpty()) {
      errors.required(spec.at("usages"));
    }
    for (Field usage : spec.elements("usages")) {
      errors.notIn(usage, USAGES);
    }
    Set<String> usages = new HashSet<>();
    for (Field usage : spec.elements("usages")) {
      if (!usages.add(usage.text())) {
        errors.duplicate(usage);
      }
    }
    checkSigner(spec.at("signerName"));
    Field seconds = spec.at("expirationSeconds");
    if (seconds.isSet() && seconds.number() < MIN_SECONDS) {
      errors.invalid(seconds, "may not specify a duration less than 600 seconds (10 minutes)");
    }
  }

  private void checkSigner(Field signer) {
    String name = signer.text();
    if (name.equals(LEGACY_SIGNER)) {
      errors.invalid(signer, "the legacy signerName is not allowed via this API version");
      return;
    }
    if (name.isEmpty()) {
      errors.required(signer);
      return;
    }
    String[] parts = name.split("/", -1);
    if (parts.length != 2) {
      errors.invalid(
          signer,
          "must be a fully qualified domain and path of the form 'example.com/signer-name'");
      return;
    }
    if (parts[0].length() > MAX_DOMAIN) {
      errors.tooLong(signer, MAX_DOMAIN);
    }
    String[] labels = parts[0].split("\\.", -1);
    for (String label : labels) {
      List<String> problems = Names.label(label);
      if (!problems.isEmpty()) {
        problems.forEach(
            each ->
                errors.invalid(
                    signer.showing(parts[0]), "validating label \"" + label + "\": " + each));
        break;
      }
    }
    if (labels.length < 2) {
      errors.invalid(
          signer.showing(parts[0]),
          "should be a domain with at least two segments separated by dots");
    }
    for (String label : parts[1].split("\\.", -1)) {
      List<String> problems = Names.subdomain(label);
      if (!problems.isEmpty()) {
        problems.forEach(
            each ->
                errors.invalid(
                    signer.showing(parts[1]), "validating label \"" + label + "\": " + each));
        break;
      }
    }
    if (name.length() > MAX_SIGNER) {
      errors.tooLong(signer, MAX_SIGNER);
    }
  }

  /** Checks the status of what is approved, denied or signed now. */
  void checkStatus(Field status, Field old) {
    Field conditions = status.at("conditions");
    Field before = old.at("conditions");
    if (!Errors.same(conditions.node(), before.node())) {
      checkConditions(conditions);
    }
    Field certificate = status.at("certificate");
    if (!certificate.text().equals(old.text("certificate"))) {
      String problem = SigningRequestPem.problemOfCertificate(certificate.text());
      if (!problem.isEmpty()) {
        errors.invalid(certificate.showing("<certificate data>"), problem);
      }
    }
    for (String type : List.of(APPROVED, DENIED, FAILED)) {
      if (count(conditions, type) < count(before, type)) {
        errors.forbidden(conditions, "updates may not remove a condition of type \"" + type + '"');
      }
    }
  }

  private void checkConditions(Field conditions) {
    Set<String> types = new HashSet<>();
    for (Field condition : conditions.elements()) {
      Field type = condition.at("type");
      errors.requireText(type);
      boolean decides = List.of(APPROVED, DENIED, FAILED).contains(type.text());
      errors.requireIn(condition.at("status"), decides ? List.of(TRUE) : STATUSES);
      if (type.text().equals(APPROVED) && types.contains(DENIED)
          || type.text().equals(DENIED) && types.contains(APPROVED)) {
        errors.invalid(
            conditions.showing(type.text()),
            "Approved and Denied conditions are mutually exclusive");
      }
      if (!types.add(type.text())) {
        errors.duplicate(type);
      }
    }
  }

  /** The signer may set the certificate once, and approve or deny nothing. */
  void checkSigned(Field status, Field old) {
    Field conditions = status.at("conditions");
    for (String type : List.of(APPROVED, DENIED)) {
      if (count(conditions, type) > count(old.at("conditions"), type)) {
        errors.forbidden(conditions, "updates may not add a condition of type \"" + type + '"');
      }
    }
    Field certificate = status.at("certificate");
    String before = old.text("certificate");
    if (!before.isEmpty() && !certificate.text().equals(before)) {
      errors.forbidden(certificate, "updates may not modify existing certificate content");
    }
  }

  private static long count(Field conditions, String type) {
    return conditions.elements().stream().filter(each -> each.text("type").equals(type)).count();
  }

  List<FieldError> list() {
    return errors.list();
  }
}
