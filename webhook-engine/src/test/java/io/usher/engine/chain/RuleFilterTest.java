package io.usher.engine.chain;

import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;
import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.rule.LabelSelector;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleFilterTest {

  /** The request creates Pod shop/web, whose label app is web. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "UPDATE, pods, '', ANY, -, -, '', false",
        "CREATE, pods, '', ANY, -, -, '', true",
        "CREATE, pods, status, ANY, -, -, '', false",
        "CREATE, services, '', ANY, -, -, '', false",
        "CREATE, *, *, ANY, -, -, '', true",
        "CREATE, pods, '', CLUSTER, -, -, '', false",
        "CREATE, pods, '', NAMESPACED, sh*, w*b, app=web, true",
        "CREATE, pods, '', ANY, h*p, -, '', false",
        "CREATE, pods, '', ANY, -, web.*, '', false",
        "CREATE, pods, '', ANY, -, -, app!=web, false"
      })
  void acceptsWhatTheRuleIsFor(
      Operation operation,
      String resource,
      String subresource,
      Scope scope,
      @Nullable String namespace,
      @Nullable String name,
      String labels,
      boolean accepted) {
    var match =
        new RuleMatch(
            Set.of(operation),
            List.of(new ResourceMatch("", "v1", resource, subresource)),
            scope,
            namespace == null ? List.of() : List.of(namespace),
            name == null ? List.of() : List.of(name),
            LabelSelector.parse(labels));
    AdmissionRequest request = create(POD);

    assertThat(new RuleFilter(match).accepts(request, request.object())).isEqualTo(accepted);
  }
}
