package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.policy.MutatingPolicies;
import io.usher.apiserver.admission.policy.ValidatingPolicies;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The admission policies among the manifests. They decide about all objects of the run, wherever
 * they stand. What they do is told the review of the object.
 */
final class ReviewedPolicies {

  private final List<ObjectNode> policies;
  private final Supplier<ObjectReview> current;
  private @Nullable ObjectNode before;

  ReviewedPolicies(List<ObjectNode> policies, Supplier<ObjectReview> current) {
    this.policies = policies;
    this.current = current;
  }

  /** The policies and bindings of a run. */
  static List<ObjectNode> among(List<ManifestDocument> documents) {
    return documents.stream()
        .filter(ManifestDocument::isPolicy)
        .map(ManifestDocument::object)
        .toList();
  }

  /** The plugins for mutating policies, to stand before the webhooks. */
  List<AdmissionPlugin> mutating(ObjectStore objects) {
    return List.of(
        new Step("BeforePolicies", this::begin),
        new MutatingPolicies(objects, policies, this::evaluated),
        new Step("AfterPolicies", this::end));
  }

  /** The plugin for validating policies, to stand before the validating webhooks. */
  AdmissionPlugin validating(ObjectStore objects) {
    return new Validating(new ValidatingPolicies(objects, policies, this::evaluated));
  }

  private void evaluated(String kind, String policy, String binding) {
    current.get().evaluated(kind + ' ' + policy + " with binding " + binding);
  }

  private void begin(AdmissionAttributes attributes) {
    ObjectNode object = attributes.object();
    before = object == null ? null : object.deepCopy();
  }

  private void end(AdmissionAttributes attributes) {
    ObjectNode after = attributes.object();
    if (before != null && after != null && !after.equals(before)) {
      current.get().change(before, after.deepCopy(), attributes.resource().kind());
    }
  }

  /** A step between two plugins. */
  private record Step(String name, Consumer<AdmissionAttributes> action)
      implements AdmissionPlugin {

    @Override
    public void admit(AdmissionAttributes attributes) {
      action.accept(attributes);
    }
  }

  /** Tells the review of a denial, and what the audit log records. */
  private final class Validating implements AdmissionPlugin {
    private final ValidatingPolicies plugin;

    Validating(ValidatingPolicies plugin) {
      this.plugin = plugin;
    }

    @Override
    public String name() {
      return plugin.name();
    }

    @Override
    public void join(Authorizer authorizer, ResourceRegistry types) {
      plugin.join(authorizer, types);
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
      ObjectReview review = Objects.requireNonNull(current.get());
      review.endMutation();
      Map<String, String> before = attributes.auditAnnotations();
      try {
        plugin.validate(attributes);
      } catch (ApiException e) {
        review.deny();
        throw e;
      } finally {
        attributes
            .auditAnnotations()
            .forEach(
                (key, value) -> {
                  if (!before.containsKey(key)) {
                    review.auditAnnotations().put(key, value);
                  }
                });
      }
    }
  }
}
