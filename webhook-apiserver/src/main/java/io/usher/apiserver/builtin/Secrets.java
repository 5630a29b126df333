package io.usher.apiserver.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.SelectableField;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Secrets. */
final class Secrets implements BuiltInKind {

  private static final int MAX_SIZE = 1 << 20;
  private static final String REDACTED = "<secret contents redacted>";
  private static final String ACCOUNT = "kubernetes.io/service-account.name";

  /** {@code stringData} becomes data, in whose place it is written. */
  @Override
  public void setDefaults(ObjectNode object) {
    Defaults.text(object, "type", "Opaque");
    if (object.remove("stringData") instanceof ObjectNode texts) {
      ObjectNode data = Defaults.object(object, "data");
      for (Map.Entry<String, JsonNode> each : texts.properties()) {
        byte[] bytes = each.getValue().asText().getBytes(StandardCharsets.UTF_8);
        data.put(each.getKey(), Base64.getEncoder().encodeToString(bytes));
      }
    }
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    check(Field.of(object), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field secret = Field.of(object);
    errors.immutable(secret.at("type"), Field.of(old).at("type"));
    ImmutableData.check(secret, Field.of(old), List.of("data"), errors);
    check(secret, errors);
    return errors.list();
  }

  private static void check(Field secret, Errors errors) {
    Field data = secret.at("data");
    long size = 0;
    for (Map.Entry<String, Field> each : data.members().entrySet()) {
      errors.invalidFor(each.getValue().showing(each.getKey()), Names.configKey(each.getKey()));
      size += decodedLength(each.getValue().text());
    }
    if (size > MAX_SIZE) {
      errors.tooLong(data, MAX_SIZE);
    }
    switch (secret.text("type")) {
      case "kubernetes.io/service-account-token" -> {
        Field account = secret.at("metadata").at("annotations").key(ACCOUNT);
        errors.requireText(account);
      }
      case "kubernetes.io/dockercfg" -> config(data.key(".dockercfg"), errors);
      case "kubernetes.io/dockerconfigjson" -> config(data.key(".dockerconfigjson"), errors);
      case "kubernetes.io/basic-auth" -> {
        if (!data.hasKey("username") && !data.hasKey("password")) {
          errors.required(data.key("username"));
          errors.required(data.key("password"));
        }
      }
      case "kubernetes.io/ssh-auth" -> errors.requireText(data.key("ssh-privatekey"));
      case "kubernetes.io/tls" -> {
        for (String key : List.of("tls.crt", "tls.key")) {
          if (!data.hasKey(key)) {
            errors.required(data.key(key));
          }
        }
      }
      default -> {
        // other types have no form
      }
    }
  }

  /** The configuration of a Docker client: any JSON object. */
  private static void config(Field config, Errors errors) {
    if (!config.isSet()) {
      errors.required(config);
      return;
    }
    byte[] bytes = Base64.getMimeDecoder().decode(config.text());
    try {
      JsonNode json = new JsonMapper().readTree(bytes);
      if (json != null && json.isObject()) {
        return;
      }
    } catch (JsonProcessingException e) {
      // said below as kube-apiserver does
    } catch (IOException e) {
      throw new IllegalStateException("read bytes in memory", e);
    }
    errors.invalid(config.showing(REDACTED), parseProblem(bytes));
  }

  private static String parseProblem(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return text.isEmpty()
        ? "unexpected end of JSON input"
        : "invalid character '" + text.charAt(0) + "' looking for beginning of value";
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    if (!object.path("type").asText().equals("kubernetes.io/tls")) {
      return List.of();
    }
    JsonNode data = object.path("data");
    if (!hasPem(data.path("tls.crt"))) {
      return List.of("tls: failed to find any PEM data in certificate input");
    }
    return hasPem(data.path("tls.key"))
        ? List.of()
        : List.of("tls: failed to find any PEM data in key input");
  }

  private static boolean hasPem(JsonNode base64) {
    byte[] bytes = Base64.getMimeDecoder().decode(base64.asText());
    return new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
  }

  static long decodedLength(String base64) {
    return base64.length() / 4 * 3L;
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return column.equals("Type")
        ? TextNode.valueOf(object.path("type").asText())
        : IntNode.valueOf(object.path("data").size());
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("type"));
  }
}
