package com.example.labeler;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** The directory that finance exports: a properties file of {@code team=cost centre}. */
final class CostCentreFile implements CostCentreDirectory {

  private final Properties costCentres;

  private CostCentreFile(Properties costCentres) {
    this.costCentres = costCentres;
  }

  /** The export that comes in this jar. */
  static CostCentreFile bundled() {
    var costCentres = new Properties();
    try (InputStream export = CostCentreFile.class.getResourceAsStream("cost-centres.properties")) {
      costCentres.load(export);
    } catch (IOException e) {
      throw new UncheckedIOException("read cost-centres.properties: " + e.getMessage(), e);
    }
    return new CostCentreFile(costCentres);
  }

  @Override
  public Optional<String> costCentreOf(String team) {
    return Optional.ofNullable(costCentres.getProperty(team));
  }
}
