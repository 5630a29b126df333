package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import org.junit.jupiter.api.Test;

class AllowedPathsTest {

  private final AllowedPaths paths = new AllowedPaths("/livez");

  private boolean allows(RequestInfo request) {
    return paths.authorize(UserInfo.of("system:anonymous"), request).allowed();
  }

  @Test
  void everybodyMayReadThePathsAndNothingElse() {
    assertThat(allows(Infos.path("get", "/livez"))).isTrue();
    assertThat(allows(Infos.path("head", "/livez"))).isTrue();
    assertThat(allows(Infos.path("post", "/livez"))).isFalse();
    assertThat(allows(Infos.path("get", "/livez/storage"))).isFalse();
    assertThat(allows(Infos.of("get", "pods", "default", "livez"))).isFalse();
  }
}
