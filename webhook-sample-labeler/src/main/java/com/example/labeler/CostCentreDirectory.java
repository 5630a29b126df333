package com.example.labeler;

import java.util.Optional;

/** Knows which cost centre pays for a team. */
interface CostCentreDirectory {

  /** The team's cost centre, {@code CC-4711}, or empty when nobody entered one. */
  Optional<String> costCentreOf(String team);
}
