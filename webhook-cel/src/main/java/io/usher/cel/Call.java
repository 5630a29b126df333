package io.usher.cel;

import java.util.List;

/** A call of a function. All arguments are evaluated, unless {@code untilFault}. */
final class Call extends Step {

  private final String function;
  private final String overload;
  private final List<Step> arguments;
  private final Function body;
  private final boolean strict;
  private final boolean untilFault;

  Call(
      long id,
      String function,
      String overload,
      List<Step> arguments,
      Function body,
      boolean strict,
      boolean untilFault) {
    super(id);
    this.function = function;
    this.overload = overload;
    this.arguments = List.copyOf(arguments);
    this.body = body;
    this.strict = strict;
    this.untilFault = untilFault;
  }

  @Override
  Object evaluate(Scope scope, Meter meter) {
    meter.step();
    Object[] values = new Object[arguments.size()];
    Object fault = null;
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.get(i).evaluate(scope, meter);
      if (strict && fault == null && values[i] instanceof Fault) {
        fault = values[i];
        if (untilFault && i < values.length - 1) {
          // What was not evaluated has no size: cel-go counts nothing for the call then.
          return fault;
        }
      }
    }
    Object result = fault == null ? body.call(values, meter) : fault;
    meter.charge(CallCosts.of(function, overload, values, result));
    return result;
  }
}
