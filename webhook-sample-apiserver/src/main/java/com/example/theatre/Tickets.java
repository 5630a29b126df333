package com.example.theatre;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Strategy;
import java.time.Clock;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kind {@code Ticket}: a seat of a show. In v1beta1 the seat is one text, {@code C7}. */
public final class Tickets implements Strategy, Conversion {

  private static final Pattern PLACE = Pattern.compile("([A-Z])([1-9][0-9]{0,3})");

  private Tickets() {}

  /**
   * The type, in v1 and v1beta1.
   *
   * @param clock tells ages
   */
  public static ResourceType type(Clock clock) {
    var tickets = new Tickets();
    List<SelectableField> fields = List.of(SelectableField.at("spec.show"));
    List<Column> columns =
        List.of(
            Column.ofName(),
            new Column(
                "Show", "string", "", "what it is for", 0, object -> object.at("/spec/show")),
            new Column("Seat", "string", "", "row and number", 0, Tickets::seat),
            Column.ofAge(clock));
    return ResourceType.builder(Shows.GROUP, "Ticket")
        .categories("theatre")
        .version(
            ServedVersion.of("v1")
                .withSchema(Schema.of("ticket-v1.yaml"))
                .withSelectableFields(fields)
                .withColumns(columns))
        .version(
            ServedVersion.of("v1beta1")
                .withSchema(Schema.of("ticket-v1beta1.yaml"))
                .withSelectableFields(fields)
                .withConversion(tickets))
        .strategy(tickets)
        .build();
  }

  static JsonNode seat(ObjectNode object) {
    JsonNode seat = object.at("/spec/seat");
    return TextNode.valueOf(seat.path("row").asText() + seat.path("number").asText());
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    boolean beta = object.path("apiVersion").asText().endsWith("v1beta1");
    String seat = beta ? object.at("/spec/place").asText() : seat(object).asText();
    return PLACE.matcher(seat).matches()
        ? List.of()
        : List.of(
            FieldError.invalid(
                beta ? "spec.place" : "spec.seat", seat, "must be a row and a number, as C7"));
  }

  @Override
  public void toStored(ObjectNode object) {
    if (object.path("spec") instanceof ObjectNode spec && spec.has("place")) {
      Matcher place = PLACE.matcher(spec.remove("place").asText());
      if (place.matches()) {
        spec.putObject("seat")
            .put("row", place.group(1))
            .put("number", Integer.parseInt(place.group(2)));
      }
    }
  }

  @Override
  public void fromStored(ObjectNode object) {
    if (object.path("spec") instanceof ObjectNode spec && spec.has("seat")) {
      String place = seat(object).asText();
      spec.remove("seat");
      spec.put("place", place);
    }
  }
}
