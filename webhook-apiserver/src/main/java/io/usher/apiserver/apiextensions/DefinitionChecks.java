package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.schema.SchemaChecks;
import io.usher.apiserver.schema.SelectableFieldChecks;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What is wrong with a CustomResourceDefinition, in kube-apiserver's words. As there, what all
 * versions have in common is named by the definition, not by a version: {@code
 * spec.validation.openAPIV3Schema}.
 */
public final class DefinitionChecks {

  /** The finalizer of a definition whose instances are not all gone. */
  public static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

  private static final String APPROVAL = "api-approved.kubernetes.io";
  private static final List<String> SCOPES = List.of("Cluster", "Namespaced");
  private static final List<String> STRATEGIES = List.of("None", "Webhook");
  private static final Set<String> REVIEW_VERSIONS = Set.of("v1", "v1beta1");
  private static final int MAX_WARNING = 256;
  private static final int MAX_PORT = 65535;

  private final List<FieldError> errors = new ArrayList<>();
  private final ObjectNode definition;
  private final ObjectNode spec;

  /** The versions whose schemas are stored like this. */
  private final Set<String> unchanged;

  private DefinitionChecks(ObjectNode definition, Set<String> unchanged) {
    this.definition = definition;
    this.spec = InternalSpec.of(definition.path("spec"));
    this.unchanged = unchanged;
  }

  /** What is wrong with a new definition. */
  public static List<FieldError> create(ObjectNode definition) {
    var checks = new DefinitionChecks(definition, Set.of());
    checks.name();
    checks.spec();
    checks.status();
    checks.approval();
    checks.preserveUnknownFields();
    return checks.errors;
  }

  /** What is wrong with a change. */
  public static List<FieldError> update(ObjectNode definition, ObjectNode old) {
    var checks = new DefinitionChecks(definition, unchanged(definition, old));
    checks.spec();
    checks.immutable(old);
    checks.status();
    if (!approval(old).equals(approval(definition))) {
      checks.approval();
    }
    checks.preserveUnknownFields();
    return checks.errors;
  }

  private static Set<String> unchanged(ObjectNode definition, ObjectNode old) {
    var names = new HashSet<String>();
    for (JsonNode version : definition.at("/spec/versions")) {
      for (JsonNode before : old.at("/spec/versions")) {
        if (version.path("name").equals(before.path("name"))
            && version.path("schema").equals(before.path("schema"))) {
          names.add(version.path("name").asText());
        }
      }
    }
    return names;
  }

  /** What is wrong with a change of the status. */
  public static List<FieldError> statusUpdate(ObjectNode definition) {
    var checks = new DefinitionChecks(definition, Set.of());
    checks.names(definition.at("/status/acceptedNames"), "status.acceptedNames");
    return checks.errors;
  }

  private void name() {
    String required = spec.at("/names/plural").asText() + '.' + spec.path("group").asText();
    String name = definition.at("/metadata/name").asText();
    if (!name.equals(required)) {
      invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
    }
  }

  private void spec() {
    group();
    String scope = spec.path("scope").asText();
    if (scope.isEmpty()) {
      required("spec.scope", "");
    } else if (!SCOPES.contains(scope)) {
      errors.add(FieldError.notSupported("spec.scope", spec.get("scope"), SCOPES));
    }
    JsonNode versions = spec.path("versions");
    if (!spec.at("/validation/openAPIV3Schema").isObject()) {
      for (int i = 0; i < versions.size(); i++) {
        if (!versions.path(i).at("/schema/openAPIV3Schema").isObject()) {
          required("spec.versions[" + i + "].schema.openAPIV3Schema", "");
        }
      }
    }
    versions(versions);
    String first = versions.path(0).path("name").asText();
    if (!first.isEmpty()) {
      label(first, "spec.version", "");
    }
    for (String name : List.of("plural", "singular", "kind", "listKind")) {
      if (spec.at("/names/" + name).asText().isEmpty()) {
        required("spec.names." + name, "");
      }
    }
    names(spec.path("names"), "spec.names");
    boolean anyStatus = spec.at("/subresources/status").isObject();
    for (JsonNode version : versions) {
      anyStatus |= version.at("/subresources/status").isObject();
    }
    schema(spec.path("validation"), first, anyStatus, "spec.validation");
    subresources(spec.path("subresources"), "spec.subresources");
    columns(spec.path("additionalPrinterColumns"), "spec.additionalPrinterColumns");
    selectableFields(spec, spec.path("validation"), "spec.selectableFields");
    conversion(spec.path("conversion"));
  }

  private void group() {
    String group = spec.path("group").asText();
    List<String> problems = ObjectNames.subdomainProblems(group, false);
    if (group.isEmpty()) {
      required("spec.group", "");
    } else if (!problems.isEmpty()) {
      invalid("spec.group", group, String.join(",", problems));
    } else if (group.indexOf('.') < 0) {
      invalid("spec.group", group, "should be a domain with at least one dot");
    }
  }

  private void versions(JsonNode versions) {
    var names = new HashSet<String>();
    boolean unique = true;
    int stored = 0;
    for (int i = 0; i < versions.size(); i++) {
      JsonNode version = versions.path(i);
      String path = "spec.versions[" + i + ']';
      String name = version.path("name").asText();
      unique &= names.add(name);
      stored += version.path("storage").asBoolean() ? 1 : 0;
      label(name, path + ".name", "");
      deprecation(version, path + ".deprecationWarning");
      JsonNode subresources = version.path("subresources");
      boolean status =
          (subresources.isMissingNode() ? spec.path("subresources") : subresources)
              .path("status")
              .isObject();
      schema(version.path("schema"), name, status, path + ".schema");
      subresources(subresources, path + ".subresources");
      columns(version.path("additionalPrinterColumns"), path + ".additionalPrinterColumns");
      selectableFields(version, version.path("schema"), path + ".selectableFields");
    }
    if (!unique) {
      errors.add(
          FieldError.invalid("spec.versions", versions, "must contain unique version names"));
    }
    if (stored != 1) {
      errors.add(
          FieldError.invalid(
              "spec.versions",
              versions,
              "must have exactly one version marked as storage version"));
    }
  }

  private void deprecation(JsonNode version, String path) {
    JsonNode warning = version.path("deprecationWarning");
    if (!warning.isTextual()) {
      return;
    }
    String text = warning.textValue();
    if (!version.path("deprecated").asBoolean()) {
      invalid(path, text, "can only be set for deprecated versions");
      return;
    }
    if (text.length() > MAX_WARNING) {
      invalid(path, text, "must be <= 256 characters long");
    }
    if (text.isEmpty()) {
      invalid(path, text, "must not be an empty string");
    }
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      if (!GoText.isPrintable(text.codePointAt(i))) {
        invalid(
            path,
            text,
            "must only contain printable UTF-8 characters; non-printable character found at index "
                + i);
        break;
      }
    }
  }

  private void schema(JsonNode validation, String version, boolean status, String path) {
    if (validation.path("openAPIV3Schema").isObject()) {
      errors.addAll(
          SchemaChecks.check(
              validation.get("openAPIV3Schema"),
              path + ".openAPIV3Schema",
              status,
              unchanged.contains(version)));
    }
  }

  private void subresources(JsonNode subresources, String path) {
    JsonNode scale = subresources.path("scale");
    if (!scale.isObject()) {
      return;
    }
    replicas(scale, "specReplicasPath", ".spec.", path + ".scale.");
    replicas(scale, "statusReplicasPath", ".status.", path + ".scale.");
    String selector = scale.path("labelSelectorPath").asText();
    if (!selector.isEmpty()
        && isSimplePath(selector, path + ".scale.labelSelectorPath")
        && !selector.startsWith(".spec.")
        && !selector.startsWith(".status.")) {
      invalid(
          path + ".scale.labelSelectorPath",
          selector,
          "should be a json path under either .spec or .status");
    }
  }

  private void replicas(JsonNode scale, String member, String below, String path) {
    String value = scale.path(member).asText();
    if (value.isEmpty()) {
      required(path + member, "");
    } else if (isSimplePath(value, path + member) && !value.startsWith(below)) {
      String parent = below.substring(0, below.length() - 1);
      invalid(path + member, value, "should be a json path under " + parent);
    }
  }

  private boolean isSimplePath(String value, String path) {
    if (value.startsWith(".")) {
      return true;
    }
    invalid(path, value, "must be a simple json path starting with .");
    return false;
  }

  private static final List<String> COLUMN_TYPES =
      List.of("boolean", "date", "integer", "number", "string");
  private static final List<String> COLUMN_FORMATS =
      List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");

  private void columns(JsonNode columns, String path) {
    for (int i = 0; i < columns.size(); i++) {
      JsonNode column = columns.path(i);
      String at = path + '[' + i + "].";
      String type = column.path("type").asText();
      String types = "must be one of " + String.join(",", COLUMN_TYPES);
      if (column.path("name").asText().isEmpty()) {
        required(at + "name", "");
      }
      if (type.isEmpty()) {
        required(at + "type", types);
      } else if (!COLUMN_TYPES.contains(type)) {
        invalid(at + "type", type, types);
      }
      String format = column.path("format").asText();
      if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
        invalid(at + "format", format, "must be one of " + String.join(",", COLUMN_FORMATS));
      }
      String jsonPath = column.path("jsonPath").asText();
      if (jsonPath.isEmpty()) {
        required(at + "JSONPath", "");
      } else {
        isSimplePath(jsonPath, at + "JSONPath");
      }
    }
  }

  private void selectableFields(JsonNode owner, JsonNode validation, String path) {
    JsonNode fields = owner.path("selectableFields");
    if (!fields.isEmpty() && validation.path("openAPIV3Schema").isObject()) {
      errors.addAll(SelectableFieldChecks.check(fields, validation.get("openAPIV3Schema"), path));
    }
  }

  private void conversion(JsonNode conversion) {
    String strategy = conversion.path("strategy").asText();
    String path = "spec.conversion";
    if (strategy.isEmpty()) {
      required(path + ".strategy", "");
    } else if (!STRATEGIES.contains(strategy)) {
      errors.add(
          FieldError.notSupported(path + ".strategy", conversion.get("strategy"), STRATEGIES));
    }
    JsonNode client = conversion.path("webhookClientConfig");
    JsonNode versions = conversion.path("conversionReviewVersions");
    if (!strategy.equals("Webhook")) {
      String problem = "should not be set when strategy is not set to Webhook";
      if (client.isObject()) {
        forbidden(path + ".webhookClientConfig", problem);
      }
      if (!versions.isEmpty()) {
        forbidden(path + ".conversionReviewVersions", problem);
      }
      return;
    }
    if (client.isObject()) {
      client(client, path + ".webhookClientConfig");
    } else {
      required(path + ".webhookClientConfig", "required when strategy is set to Webhook");
    }
    reviewVersions(versions, path + ".conversionReviewVersions");
  }

  private void client(JsonNode client, String path) {
    boolean url = client.hasNonNull("url");
    if (url == client.path("service").isObject()) {
      required(path, "exactly one of url or service is required");
    } else if (url) {
      url(client.get("url").asText(), path + ".url");
    } else {
      service(client.get("service"), path + ".service");
    }
  }

  private void url(String url, String path) {
    String form = "; desired format: https://host[/path]";
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      required(path, "url must be a valid URL: " + e.getMessage() + form);
      return;
    }
    if (!"https".equals(uri.getScheme())) {
      String scheme = uri.getScheme() == null ? "" : uri.getScheme();
      invalid(path, scheme, "'https' is the only allowed URL scheme" + form);
    }
    if (uri.getHost() == null) {
      invalid(path, "", "host must be specified" + form);
    }
    if (uri.getUserInfo() != null) {
      invalid(path, uri.getUserInfo(), "user information is not permitted in the URL");
    }
    if (uri.getFragment() != null) {
      invalid(path, uri.getFragment(), "fragments are not permitted in the URL");
    }
    if (uri.getQuery() != null) {
      invalid(path, uri.getQuery(), "query parameters are not permitted in the URL");
    }
  }

  private void service(JsonNode service, String path) {
    // As kube-apiserver, which takes one for the other.
    if (service.path("namespace").asText().isEmpty()) {
      required(path + ".name", "");
    }
    if (service.path("name").asText().isEmpty()) {
      required(path + ".namespace", "");
    }
    long port = service.path("port").asLong();
    if (port < 1 || port > MAX_PORT) {
      errors.add(
          FieldError.invalid(
              path + ".port",
              service.get("port"),
              "port is not valid: must be between 1 and 65535, inclusive"));
    }
    String urlPath = service.path("path").asText();
    if (urlPath.isEmpty() || urlPath.equals("/")) {
      return;
    }
    if (!urlPath.startsWith("/")) {
      invalid(path + ".path", urlPath, "must start with a '/'");
    }
    String[] segments = urlPath.substring(1).replaceFirst("/$", "").split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      String head = "segment[" + i + ']';
      if (segments[i].isEmpty()) {
        invalid(path + ".path", urlPath, head + " may not be empty");
      } else {
        ObjectNames.subdomainProblems(segments[i], false)
            .forEach(problem -> invalid(path + ".path", urlPath, head + ": " + problem));
      }
    }
  }

  private void reviewVersions(JsonNode versions, String path) {
    if (versions.isEmpty()) {
      required(path, "");
      return;
    }
    var seen = new LinkedHashSet<String>();
    for (int i = 0; i < versions.size(); i++) {
      String version = versions.path(i).asText();
      String at = path + '[' + i + ']';
      if (!seen.add(version)) {
        invalid(at, version, "duplicate version");
      } else {
        ObjectNames.label1035Problems(version, false)
            .forEach(problem -> invalid(at, version, problem));
      }
    }
    if (seen.stream().noneMatch(REVIEW_VERSIONS::contains)) {
      errors.add(FieldError.invalid(path, versions, "must include at least one of v1, v1beta1"));
    }
  }

  private void names(JsonNode names, String path) {
    for (String name : List.of("plural", "singular")) {
      label(names.path(name).asText(), path + '.' + name, "");
    }
    String mixed = "may have mixed case, but should otherwise match: ";
    for (String name : List.of("kind", "listKind")) {
      label(names.path(name).asText(), path + '.' + name, mixed);
    }
    labels(names.path("shortNames"), path + ".shortNames");
    String kind = names.path("kind").asText();
    if (!kind.isEmpty() && kind.equals(names.path("listKind").asText())) {
      invalid(path + ".listKind", kind, "kind and listKind may not be the same");
    }
    labels(names.path("categories"), path + ".categories");
  }

  private void labels(JsonNode names, String path) {
    for (int i = 0; i < names.size(); i++) {
      String name = names.path(i).asText();
      List<String> problems = ObjectNames.label1035Problems(name, false);
      if (!problems.isEmpty()) {
        invalid(path + '[' + i + ']', name, String.join(",", problems));
      }
    }
  }

  private void label(String name, String path, String before) {
    String checked = before.isEmpty() ? name : name.toLowerCase(Locale.ROOT);
    List<String> problems = ObjectNames.label1035Problems(checked, false);
    boolean ofVersion = path.endsWith("].name");
    if ((!name.isEmpty() || ofVersion) && !problems.isEmpty()) {
      invalid(path, name, before + String.join(",", problems));
    }
  }

  private void status() {
    JsonNode status = definition.path("status");
    names(status.path("acceptedNames"), "status.acceptedNames");
    JsonNode stored = status.path("storedVersions");
    String path = "status.storedVersions";
    if (stored.isEmpty()) {
      errors.add(FieldError.invalid(path, stored, "must have at least one stored version"));
      return;
    }
    var missing = new ArrayList<String>();
    stored.forEach(each -> missing.add(each.asText()));
    for (JsonNode version : spec.path("versions")) {
      String name = version.path("name").asText();
      if (version.path("storage").asBoolean() && !missing.contains(name)) {
        errors.add(FieldError.invalid(path, stored, "must have the storage version " + name));
      }
    }
    for (int i = 0; i < stored.size(); i++) {
      String name = stored.path(i).asText();
      boolean present = false;
      for (JsonNode version : spec.path("versions")) {
        present |= version.path("name").asText().equals(name);
      }
      if (!present) {
        invalid(
            path + '[' + i + ']',
            name,
            "missing from spec.versions; %1$s was previously a storage version, and must remain in"
                    .formatted(name)
                + " spec.versions until a storage migration ensures no data remains persisted in"
                + " %1$s and removes %1$s from status.storedVersions".formatted(name));
      }
    }
  }

  private static String approval(ObjectNode definition) {
    return definition.path("metadata").path("annotations").path(APPROVAL).asText();
  }

  private void approval() {
    ApiApproval approval = ApiApproval.of(spec.path("group").asText(), approval(definition));
    String path = "metadata.annotations[" + APPROVAL + ']';
    if (approval.state() == ApiApproval.State.MISSING) {
      required(path, approval.reason());
    } else if (approval.state() == ApiApproval.State.INVALID) {
      invalid(path, approval(definition), approval.reason());
    }
  }

  private void preserveUnknownFields() {
    if (spec.path("preserveUnknownFields").asBoolean()) {
      errors.add(
          FieldError.invalid(
              "spec.preserveUnknownFields",
              BooleanNode.TRUE,
              "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                  + " spec.versions[*].schema instead"));
    }
  }

  private void immutable(ObjectNode old) {
    JsonNode before = old.path("spec");
    if (Conditions.isTrue(old, "Established")) {
      unchanged("scope", before);
      unchanged("names.kind", before);
    }
    unchanged("group", before);
    unchanged("names.plural", before);
  }

  private void unchanged(String field, JsonNode before) {
    String pointer = '/' + field.replace('.', '/');
    if (!spec.at(pointer).equals(before.at(pointer))) {
      errors.add(FieldError.invalid("spec." + field, spec.at(pointer), "field is immutable"));
    }
  }

  private void required(String path, String detail) {
    errors.add(FieldError.required(path, detail));
  }

  private void forbidden(String path, String detail) {
    errors.add(FieldError.forbidden(path, detail));
  }

  private void invalid(String path, String value, String detail) {
    errors.add(FieldError.invalid(path, TextNode.valueOf(value), detail));
  }
}
