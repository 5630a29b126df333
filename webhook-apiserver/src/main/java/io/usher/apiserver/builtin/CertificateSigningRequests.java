package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.UserJson;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * CertificateSigningRequests: what a client asks for never changes; who approves it decides on the
 * conditions, who signs it on the certificate.
 */
final class CertificateSigningRequests implements BuiltInKind {

  private static final String SIGNED = "status";

  /** What the signer can't decide. */
  private static final List<String> DECISIONS = List.of("Approved", "Denied");

  private final Clock clock;

  CertificateSigningRequests(Clock clock) {
    this.clock = clock;
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("spec.signerName"));
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return AccessRows.signingRequest(column, Field.of(object));
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.pathSegmentProblems(name, prefix);
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public void createdBy(ObjectNode object, UserInfo user) {
    ObjectNode spec = Defaults.object(object, "spec");
    spec.remove(List.of("username", "uid", "groups", "extra"));
    spec.setAll(UserJson.of(user));
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    object.set("spec", old.path("spec").deepCopy());
  }

  @Override
  public void prepareForPartUpdate(String part, ObjectNode object, ObjectNode old) {
    List<ObjectNode> conditions = conditions(object);
    if (part.equals(SIGNED)) {
      DECISIONS.forEach(type -> keep(type, object, conditions(old)));
    }
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    for (ObjectNode condition : conditions) {
      setTime(condition, "lastUpdateTime", now);
      setTime(condition, "lastTransitionTime", since(condition, old, now));
    }
  }

  private static List<ObjectNode> conditions(ObjectNode object) {
    return Defaults.objects(Defaults.objectIfAny(object, "status"), "conditions");
  }

  /** Puts what was decided back to what it was, unless something was added or left out. */
  private static void keep(String type, ObjectNode object, List<ObjectNode> before) {
    if (!(object.at("/status/conditions") instanceof ArrayNode conditions)) {
      return;
    }
    var places = new ArrayList<Integer>();
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).path("type").asText().equals(type)) {
        places.add(i);
      }
    }
    List<ObjectNode> decided =
        before.stream().filter(each -> each.path("type").asText().equals(type)).toList();
    if (places.size() == decided.size()) {
      for (int i = 0; i < places.size(); i++) {
        conditions.set(places.get(i), decided.get(i).deepCopy());
      }
    }
  }

  private static void setTime(ObjectNode condition, String field, String time) {
    if (condition.path(field).asText("").isEmpty()) {
      condition.put(field, time);
    }
  }

  /** Since when a condition has its status. */
  private static String since(ObjectNode condition, ObjectNode old, String now) {
    for (ObjectNode before : conditions(old)) {
      if (before.path("type").equals(condition.path("type"))
          && before.path("status").equals(condition.path("status"))) {
        return before.path("lastTransitionTime").asText(now);
      }
    }
    return now;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var checks = new SigningRequestChecks();
    checks.checkSpec(Field.of(object).at("spec"));
    return checks.list();
  }

  /** What could be wrong stays as it is. */
  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return List.of();
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    Field status = Field.of(object).at("status");
    Field before = Field.of(old).at("status");
    var checks = new SigningRequestChecks();
    checks.checkStatus(status, before);
    if (part.equals(SIGNED)) {
      checks.checkSigned(status, before);
    }
    return checks.list();
  }
}
