package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.GroupKind;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.conversion.ConversionHandler;
import io.usher.observe.ReviewObserver;
import io.usher.webhook.WebhookRegistration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One webhook's conversions, called in memory and on the test's own thread as the server would call
 * them.
 *
 * <pre>{@code
 * ConversionsUnderTest conversions = ConversionsUnderTest.of(CronTabs.class);
 *
 * assertThat(conversions.convert(crontab, "v1").at("/spec/schedule/minute").asText()).isEqualTo("5");
 * conversions.roundTrips(definition).assertNothingIsLost();
 * }</pre>
 */
public final class ConversionsUnderTest {

  private final WebhookRegistration registration;
  private final ConversionHandler handler;

  private ConversionsUnderTest(WebhookRegistration registration) {
    this.registration = registration;
    this.handler = new ConversionHandler(registration, ConversionHandler.LIMITS, GivenUpRules.NONE);
  }

  /** The conversions of these classes of one webhook; they need not be all of its classes. */
  public static ConversionsUnderTest of(Class<?>... classes) {
    return only(WebhookRegistration.partsFromClasses(Arrays.asList(classes)));
  }

  /** The conversions of these instances, whose classes belong to one webhook. */
  public static ConversionsUnderTest of(Object... instances) {
    return only(WebhookRegistration.partsFromInstances(Arrays.asList(instances)));
  }

  /** The conversions of this webhook. */
  public static ConversionsUnderTest of(WebhookRegistration registration) {
    return new ConversionsUnderTest(registration);
  }

  private static ConversionsUnderTest only(List<WebhookRegistration> registrations) {
    if (registrations.size() != 1) {
      throw new IllegalArgumentException(
          "these classes belong to %d webhooks: %s; test one at a time"
              .formatted(
                  registrations.size(),
                  registrations.stream().map(WebhookRegistration::name).toList()));
    }
    return of(registrations.get(0));
  }

  /** What the conversions were read to. */
  public WebhookRegistration registration() {
    return registration;
  }

  /**
   * An object in another version.
   *
   * @param object a custom resource's object, a tree, or YAML text
   * @param version that it is to have: {@code v1}
   * @throws io.usher.engine.RuleFailedException when a conversion fails; its cause is what that
   *     threw
   */
  public ObjectNode convert(Object object, String version) {
    return convertAll(List.of(object), version).get(0);
  }

  /**
   * Objects in another version, in one review.
   *
   * @param objects custom resources' objects, trees, or YAML texts
   * @param version that they are to have: {@code v1}
   * @throws io.usher.engine.RuleFailedException when a conversion fails; its cause is what that
   *     threw
   */
  public List<ObjectNode> convertAll(List<?> objects, String version) {
    ArrayNode trees = JsonNodeFactory.instance.arrayNode();
    objects.forEach(object -> trees.add(Documents.tree(object)));
    String apiVersion = trees.path(0).path("apiVersion").asText();
    String group = apiVersion.substring(0, Math.max(0, apiVersion.indexOf('/')));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/v1");
    body.putObject("request")
        .put("uid", "00000000-0000-0000-0000-000000000000")
        .put("desiredAPIVersion", new GroupKind(group, "").apiVersion(version))
        .set("objects", trees);
    var review =
        Review.uncounted(
            handler,
            "POST " + registration.conversionPath(),
            body.toString().getBytes(StandardCharsets.UTF_8),
            // A breakpoint in a conversion must not spoil the test.
            Deadline.after(Duration.ofHours(1)));
    ReviewAnswer answer = review.answerHere(ReviewObserver.NONE);
    Throwable failure = review.failure();
    if (failure instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw new IllegalArgumentException("the server would refuse this review", failure);
    }
    return converted(answer);
  }

  private static List<ObjectNode> converted(ReviewAnswer answer) {
    JsonNode response =
        Documents.parse("the answer", new String(answer.body(), StandardCharsets.UTF_8))
            .path("response");
    if (!response.path("result").path("status").asText().equals("Success")) {
      throw new IllegalArgumentException(response.path("result").path("message").asText());
    }
    var objects = new ArrayList<ObjectNode>();
    response.path("convertedObjects").forEach(object -> objects.add((ObjectNode) object));
    return objects;
  }

  /**
   * Round trips through these conversions, of objects that the schemas of a definition allow.
   *
   * @param definition the CustomResourceDefinition, as YAML text
   */
  public RoundTrips roundTrips(String definition) {
    return new RoundTrips(this, Documents.parse("the CustomResourceDefinition", definition));
  }
}
