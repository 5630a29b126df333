package com.example.labeler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CostCentreFileTest {

  private final CostCentreDirectory costCentres = CostCentreFile.bundled();

  @Test
  void teamInTheExportHasItsCostCentre() {
    assertThat(costCentres.costCentreOf("payments")).contains("CC-1200");
  }

  @Test
  void teamThatIsNotInTheExportHasNone() {
    assertThat(costCentres.costCentreOf("nobody")).isEmpty();
  }
}
