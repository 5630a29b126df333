package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.ApiServer;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.authn.ServiceAccountTokens.Verified;
import io.usher.apiserver.authz.AlwaysAllow;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Whatever a ServiceAccount's token claims: it stands for one that is there, or is refused. */
class TokenClaimsFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TokenKey KEY = TokenKey.create();

  private static final ServiceAccountTokens TOKENS =
      new ServiceAccountTokens(
          new TokenKeys() {
            @Override
            public TokenKey key() {
              return KEY;
            }

            @Override
            public TokenKey keyIfAny() {
              return KEY;
            }
          },
          TokenClaimsFuzzTest::objects,
          Clock.systemUTC());

  private static @Nullable ObjectStore objects;

  /** One ServiceAccount with the uid {@code 1}. */
  private static synchronized ObjectStore objects() {
    if (objects == null) {
      objects =
          ApiServer.create(
                  config ->
                      config
                          .resource(
                              ResourceType.builder("", "ServiceAccount")
                                  .version(ServedVersion.of("v1"))
                                  .build())
                          .authorizer(all -> new AlwaysAllow()))
              .objects();
      ObjectNode account = JSON.createObjectNode();
      account
          .putObject("metadata")
          .put("name", "robot")
          .put("namespace", "default")
          .put("uid", "1");
      objects.create(new GroupResource("", "serviceaccounts"), account);
    }
    return objects;
  }

  /** The claims of a token that is signed as it should be. */
  @FuzzTest
  void claims(byte[] json) {
    JsonNode claims;
    try {
      claims = JSON.readTree(json);
    } catch (IOException e) {
      return;
    }
    if (claims instanceof ObjectNode object) {
      try {
        Verified verified = TOKENS.verify(KEY.sign(object));
        assertThat(verified).isNotNull();
        assertThat(verified.user().username()).isEqualTo("system:serviceaccount:default:robot");
      } catch (ApiException e) {
        assertThat(e.status().code()).isEqualTo(401);
      }
    }
  }
}
