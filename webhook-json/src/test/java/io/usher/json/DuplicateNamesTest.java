package io.usher.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DuplicateNamesTest {

  private static final int OBJECTS = 2_000;
  private static final int MOST_NAMES = 600;

  @Test
  void findsWhatASetFindsWhenUsedAgainAndAgain() {
    var random = new Random(7);
    var names = new DuplicateNames();
    for (int i = 0; i < OBJECTS; i++) {
      var set = new HashSet<String>();
      names.clear();
      int count = random.nextBoolean() ? random.nextInt(40) : random.nextInt(MOST_NAMES);
      for (int j = 0; j < count; j++) {
        String name = "n" + random.nextInt(count * 4);
        assertThat(names.add(name)).as("object %d, name %d", i, j).isEqualTo(set.add(name));
      }
    }
  }
}
