package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.ReviewAnswer;
import io.usher.json.LazyJson;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What no rule reads is walked, and never parsed. A rule spoils the body behind the walk: whoever
 * parses the object afterwards fails.
 */
class LazyReviewTest {

  private final byte[] body = ReviewFixtures.request("update-pod");
  private final Rule spoil =
      context -> {
        Arrays.fill(body, (byte) '!');
        return Decision.allow();
      };

  @Test
  void ruleThatDoesNotTouchTheObjectNeverPaysForIt() {
    Rule looksAtTheRest =
        context -> {
          context.warn(context.request().describe() + " by " + context.user().username());
          return context.dryRun() ? Decision.deny("no") : Decision.allow();
        };

    ReviewAnswer answer =
        ReviewFixtures.answer(ReviewFixtures.mutating(spoil, looksAtTheRest), body);

    assertThat(new String(answer.body(), UTF_8))
        .contains("\"allowed\":true")
        .contains("Pod shop/web by kubernetes-admin");
  }

  @Test
  void ruleThatTouchesTheObjectParsesIt() {
    Rule looks =
        context -> {
          context.object(ObjectNode.class).size();
          return Decision.allow();
        };

    assertThat(ReviewFixtures.answer(ReviewFixtures.mutating(spoil, looks), body).status())
        .isEqualTo(500);
  }

  @Test
  void editOfLabelsLeavesTheRestOfTheObjectAlone() {
    Rule spoilsSpec =
        context -> {
          String text = new String(body, ISO_8859_1); // a character is a byte
          for (String part : new String[] {"\"spec\":", "\"managedFields\":"}) {
            for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
              // The value's first bytes but its bracket, which tells what it is.
              Arrays.fill(body, at + part.length() + 1, at + part.length() + 2, (byte) '!');
            }
          }
          return Decision.allow();
        };
    Rule addsLabel =
        context -> {
          context.object(ObjectNode.class).withObject("/metadata/labels").put("team", "shop");
          return Decision.allow();
        };

    ReviewAnswer answer =
        ReviewFixtures.answer(ReviewFixtures.mutating(spoilsSpec, addsLabel), body);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(ReviewFixtures.readable(answer).at("/response/patch"))
        .isEqualTo(
            ReviewFixtures.json(
                "[{\"op\":\"add\",\"path\":\"/metadata/labels/team\",\"value\":\"shop\"}]"
                    .getBytes(UTF_8)));
  }

  @Test
  void copiesOfTheRequestsDocumentsAreTheSameBytes() {
    Rule compares =
        context -> {
          var request = context.request();
          assertThat(LazyJson.sameSource(request.object(), request.object())).isTrue();
          assertThat(LazyJson.sameSource(request.object(), request.oldObject())).isFalse();
          return Decision.allow();
        };

    assertThat(ReviewFixtures.answer(ReviewFixtures.validating(compares), body).status())
        .isEqualTo(200);
  }
}
