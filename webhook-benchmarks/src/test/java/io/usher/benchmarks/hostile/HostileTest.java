package io.usher.benchmarks.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class HostileTest {

  @Test
  void thereAreFortyEightFormsOfPaths() {
    assertThat(new HashSet<>(Paths.FORMS)).hasSize(48);
  }

  @Test
  void everyAttackHasANameOfItsOwn() {
    var names = new ArrayList<String>();
    Http1Attacks.all().forEach(each -> names.add(each.name()));
    Http2Attacks.all().forEach(each -> names.add(each.name()));
    OtherAttacks.all(2).forEach(each -> names.add(each.name()));
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(50);
  }

  @Test
  void framesAreAsRfc9113HasThem() {
    assertThat(Http2.frame(Http2.PING, 0, 3, new byte[] {9}))
        .containsExactly(0, 0, 1, 6, 0, 0, 0, 0, 3, 9);
  }
}
