package io.usher.admission;

import io.usher.patch.JsonPatch;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one {@link AdmissionRequest}.
 *
 * @param uid the uid of the request that it answers
 * @param status the denial, absent when the request is allowed
 * @param patch what the mutators changed, absent when nothing changed and always for a denial
 * @param warnings what the client is shown, whatever the outcome
 * @param auditAnnotations what the API server's audit log records; it prefixes the webhook's name
 */
public record AdmissionResponse(
    String uid,
    Optional<Status> status,
    Optional<JsonPatch> patch,
    List<String> warnings,
    Map<String, String> auditAnnotations) {

  public AdmissionResponse {
    if (status.isPresent() && patch.isPresent()) {
      throw new IllegalArgumentException("a denial carries no patch");
    }
    warnings = List.copyOf(warnings);
    auditAnnotations = Collections.unmodifiableMap(new LinkedHashMap<>(auditAnnotations));
  }

  /** Allows the request, changed by this patch unless it is empty. */
  public static AdmissionResponse allow(
      AdmissionRequest request,
      @Nullable JsonPatch patch,
      List<String> warnings,
      Map<String, String> auditAnnotations) {
    return new AdmissionResponse(
        request.uid(),
        Optional.empty(),
        Optional.ofNullable(patch).filter(p -> !p.isEmpty()),
        warnings,
        auditAnnotations);
  }

  /** Denies the request. */
  public static AdmissionResponse deny(
      AdmissionRequest request,
      Status status,
      List<String> warnings,
      Map<String, String> auditAnnotations) {
    return new AdmissionResponse(
        request.uid(), Optional.of(status), Optional.empty(), warnings, auditAnnotations);
  }

  /** Whether the request may go on. */
  public boolean allowed() {
    return status.isEmpty();
  }
}
