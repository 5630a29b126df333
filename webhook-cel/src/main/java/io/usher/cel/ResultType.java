package io.usher.cel;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;

/** What an expression of a policy is to give. */
public enum ResultType {
  BOOL("must evaluate to bool"),
  STRING("must evaluate to string"),
  STRING_OR_NULL("must evaluate to one of [string null_type]"),
  ANY(""),
  /** A list of {@code JSONPatch{...}}. */
  PATCHES("must evaluate to list(JSONPatch)"),
  /** {@code Object{...}}. */
  OBJECT("must evaluate to Object");

  private final String demand;

  ResultType(String demand) {
    this.demand = demand;
  }

  void check(CelType type) throws ConditionException {
    boolean fits =
        switch (this) {
          case BOOL -> type.kind() == CelKind.BOOL;
          case STRING -> type.kind() == CelKind.STRING;
          case STRING_OR_NULL -> type.kind() == CelKind.STRING || type.kind() == CelKind.NULL_TYPE;
          case ANY -> true;
          case PATCHES ->
              type.kind() == CelKind.LIST
                  && type.parameters().get(0).name().equals(PolicyTypes.PATCH);
          case OBJECT -> type.name().equals(PolicyTypes.OBJECT);
        };
    if (!fits) {
      throw new ConditionException(demand + " but got " + TypeNames.of(type));
    }
  }
}
