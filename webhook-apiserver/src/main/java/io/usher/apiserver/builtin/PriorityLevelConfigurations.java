package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;

/** PriorityLevelConfigurations. */
final class PriorityLevelConfigurations implements BuiltInKind {

  private static final String EXEMPT = "Exempt";
  private static final List<String> TYPES = List.of(EXEMPT, "Limited");
  private static final List<String> RESPONSES = List.of("Queue", "Reject");
  private static final int MAX_QUEUES = 10_000_000;

  /** Of a hash that deals a request's hand of queues. */
  private static final int MAX_HASH_BITS = 60;

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return ServerRows.priorityLevel(column, Field.of(object));
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.objectIfAny(object, "spec");
    for (String kind : List.of("exempt", "limited")) {
      if (spec.get(kind) instanceof ObjectNode level) {
        Defaults.number(level, "nominalConcurrencyShares", kind.equals("limited") ? 30 : 0);
        Defaults.number(level, "lendablePercent", 0);
      }
    }
    if (spec.at("/limited/limitResponse/queuing") instanceof ObjectNode queuing) {
      setNumber(queuing, "queues", 64);
      setNumber(queuing, "handSize", 8);
      setNumber(queuing, "queueLengthLimit", 50);
    }
  }

  /** A number that is 0 is none either. */
  private static void setNumber(ObjectNode object, String member, int value) {
    if (object.path(member).asInt() == 0) {
      object.put(member, value);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field level = Field.of(object);
    Field spec = level.at("spec");
    Field type = spec.at("type");
    if (level.text("metadata.name").equals("exempt") != type.text().equals(EXEMPT)) {
      errors.invalidText(type, "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    Field limited = spec.at("limited");
    Field exempt = spec.at("exempt");
    switch (type.text()) {
      case EXEMPT -> {
        if (limited.isSet()) {
          errors.forbidden(limited, "must be nil if the type is not Limited");
        }
        checkShares(exempt, errors);
        checkLendable(exempt, errors);
      }
      case "Limited" -> {
        if (exempt.isSet()) {
          errors.forbidden(exempt, "must be nil if the type is Limited");
        }
        if (limited.isSet()) {
          checkLimited(limited, errors);
        } else {
          errors.required(limited, "must not be empty when type is Limited");
        }
      }
      default -> errors.requireIn(type, TYPES);
    }
    FlowSchemas.checkConditions(level, errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    FlowSchemas.checkConditions(Field.of(object), errors);
    return errors.list();
  }

  private static void checkShares(Field level, Errors errors) {
    Field shares = level.at("nominalConcurrencyShares");
    if (shares.number() < 0) {
      errors.invalid(shares, "must be a non-negative integer");
    }
  }

  private static void checkLendable(Field level, Errors errors) {
    Field lendable = level.at("lendablePercent");
    if (lendable.number() < 0 || lendable.number() > 100) {
      errors.invalid(lendable, "must be between 0 and 100, inclusive");
    }
  }

  private static void checkLimited(Field limited, Errors errors) {
    checkShares(limited, errors);
    Field response = limited.at("limitResponse");
    Field queuing = response.at("queuing");
    switch (response.text("type")) {
      case "Reject" -> {
        if (queuing.isSet()) {
          errors.forbidden(queuing, "must be nil if limited.limitResponse.type is not Limited");
        }
      }
      case "Queue" -> {
        if (queuing.isSet()) {
          checkQueuing(queuing, errors);
        } else {
          errors.required(queuing, "must not be empty if limited.limitResponse.type is Limited");
        }
      }
      default -> errors.requireIn(response.at("type"), RESPONSES);
    }
    checkLendable(limited, errors);
    Field borrowing = limited.at("borrowingLimitPercent");
    if (borrowing.number() < 0) {
      errors.invalid(borrowing, "if specified, must be a non-negative integer");
    }
  }

  private static void checkQueuing(Field queuing, Errors errors) {
    Field length = queuing.at("queueLengthLimit");
    Field queues = queuing.at("queues");
    Field hand = queuing.at("handSize");
    if (length.number() <= 0) {
      errors.invalid(length, "must be positive");
    }
    if (queues.number() <= 0) {
      errors.invalid(queues, "must be positive");
    } else if (queues.number() > MAX_QUEUES) {
      errors.invalid(queues, "must not be greater than " + MAX_QUEUES);
    }
    long bits = (long) Math.ceil(Math.log(queues.number()) / Math.log(2) * hand.number());
    if (hand.number() <= 0) {
      errors.invalid(hand, "must be positive");
    } else if (hand.number() > queues.number()) {
      errors.invalid(hand, "should not be greater than queues (" + queues.number() + ')');
    } else if (bits > MAX_HASH_BITS) {
      errors.invalid(
          hand,
          "required entropy bits of deckSize %d and handSize %d should not be greater than %d"
              .formatted(queues.number(), hand.number(), MAX_HASH_BITS));
    }
  }
}
