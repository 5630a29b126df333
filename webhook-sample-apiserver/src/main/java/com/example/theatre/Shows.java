package com.example.theatre;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Strategy;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.Verb;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Kind {@code Show}: a title, and how many seats there are; its status counts those sold. */
public final class Shows implements Strategy, Conversion {

  static final String GROUP = "theatre.example.com";

  private static final String DEPRECATED =
      GROUP + "/v1beta1 Show is deprecated; use " + GROUP + "/v1 Show";

  private Shows() {}

  /**
   * The type, in v1 and v1beta1.
   *
   * @param clock tells ages
   */
  public static ResourceType type(Clock clock) {
    var shows = new Shows();
    List<Column> columns =
        List.of(
            Column.ofName(),
            column("Title", "string", "/spec/title"),
            column("Seats", "integer", "/spec/seats"),
            column("Sold", "integer", "/status/sold"),
            Column.ofAge(clock));
    return ResourceType.builder(GROUP, "Show")
        .categories("theatre")
        .version(ServedVersion.of("v1").withSchema(Schema.of("show-v1.yaml")).withColumns(columns))
        .version(
            ServedVersion.of("v1beta1")
                .withSchema(Schema.of("show-v1beta1.yaml"))
                .withConversion(shows)
                .withDeprecationWarning(DEPRECATED))
        .subresource(Subresource.Part.status())
        .subresource(
            new Subresource.Connect(
                "sales",
                new GroupVersionKind(GROUP, "v1", "ShowSalesOptions"),
                Set.of(Verb.GET),
                Sales::connect))
        .strategy(shows)
        .build();
  }

  private static Column column(String name, String type, String path) {
    return new Column(name, type, "", name + " of the show", 0, object -> object.at(path));
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new ArrayList<FieldError>();
    // Objects come here in the version that the client speaks.
    boolean beta = object.path("apiVersion").asText().endsWith("v1beta1");
    JsonNode title = object.path("spec").path(beta ? "name" : "title");
    JsonNode seats = object.path("spec").path(beta ? "capacity" : "seats");
    if (title.asText().isEmpty()) {
      errors.add(FieldError.required(beta ? "spec.name" : "spec.title", "a show has a title"));
    }
    if (!seats.isInt() || seats.asInt() < 1) {
      errors.add(
          FieldError.invalid(
              beta ? "spec.capacity" : "spec.seats",
              seats.isMissingNode() ? null : seats,
              "must be a number above 0"));
    }
    return errors;
  }

  @Override
  public void toStored(ObjectNode object) {
    rename(object, "name", "title");
    rename(object, "capacity", "seats");
  }

  @Override
  public void fromStored(ObjectNode object) {
    rename(object, "title", "name");
    rename(object, "seats", "capacity");
  }

  private static void rename(ObjectNode object, String from, String to) {
    if (object.path("spec") instanceof ObjectNode spec && spec.has(from)) {
      spec.set(to, spec.remove(from));
    }
  }
}
