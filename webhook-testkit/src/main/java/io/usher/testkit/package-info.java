/**
 * Tests of rules in milliseconds: no server, no cluster.
 *
 * <pre>{@code
 * class LabelingTest {
 *   private final WebhookUnderTest webhook = WebhookUnderTest.of(new Labeling(costCentres));
 *
 *   @Test
 *   void podGetsItsTeam(@Manifest("pod.yaml") Pod pod) {
 *     var result = webhook.mutate(Requests.create(pod).namespace("payments-prod").build());
 *
 *     assertThat(result).isPatched().isIdempotent().hasNoWarnings();
 *     assertThat(result.object(Pod.class).getMetadata().getLabels()).containsEntry("team", "payments");
 *   }
 * }
 * }</pre>
 *
 * <p>For the tests of rule jars, and of the modules above webhook-core; nothing that runs imports
 * it. Read {@link io.usher.testkit.WebhookUnderTest} first, then {@link io.usher.testkit.Requests}
 * and {@link io.usher.testkit.AdmissionAssert}.
 */
@NullMarked
package io.usher.testkit;

import org.jspecify.annotations.NullMarked;
