package io.usher.cel;

import java.util.List;

/** A call of a function. All arguments are evaluated, unless {@code untilFault}. */
final class Call extends Step {

  private final Step[] arguments;
  private final Function body;
  private final CallCosts.CallCost cost;
  private final boolean strict;
  private final boolean untilFault;

  Call(
      long id,
      List<Step> arguments,
      Function body,
      CallCosts.CallCost cost,
      boolean strict,
      boolean untilFault) {
    super(id);
    this.arguments = arguments.toArray(Step[]::new);
    this.body = body;
    this.cost = cost;
    this.strict = strict;
    this.untilFault = untilFault;
  }

  @Override
  Object evaluate(Scope scope, Meter meter) {
    meter.step();
    Object[] values = new Object[arguments.length];
    Object fault = null;
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments[i].evaluate(scope, meter);
      if (strict && fault == null && values[i] instanceof Fault) {
        fault = values[i];
        if (untilFault && i < values.length - 1) {
          // What was not evaluated has no size: cel-go counts nothing for the call then.
          return fault;
        }
      }
    }
    meter.charge(cost.before(values, meter));
    Object result = fault == null ? body.call(values, meter) : fault;
    meter.charge(cost.after(result));
    return result;
  }
}
