package io.usher.manifest.lint;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.manifest.lint.LintRule.API_SERVICE_INSECURE;
import static io.usher.manifest.lint.LintRule.API_SERVICE_ONE_REPLICA;
import static io.usher.manifest.lint.LintRule.API_SERVICE_STOPS_DELETION;
import static io.usher.manifest.lint.LintRule.API_SERVICE_WITHOUT_ENDPOINTS;
import static io.usher.manifest.lint.LintRule.AUTHORIZER_ALONE;
import static io.usher.manifest.lint.LintRule.AUTHORIZER_DENIES_WITHOUT_CONDITION;
import static io.usher.manifest.lint.LintRule.AUTHORIZER_FIRST;
import static io.usher.manifest.lint.LintRule.AUTHORIZER_LONG_DENIAL;
import static io.usher.manifest.lint.LintRule.CATCH_ALL_FAIL;
import static io.usher.manifest.lint.LintRule.CONVERSION_MISSING;
import static io.usher.manifest.lint.LintRule.CONVERSION_NONE;
import static io.usher.manifest.lint.LintRule.CONVERSION_NOT_CALLED;
import static io.usher.manifest.lint.LintRule.CONVERSION_REVIEW_VERSIONS;
import static io.usher.manifest.lint.LintRule.CONVERSION_USELESS;
import static io.usher.manifest.lint.LintRule.DEPRECATED_VERSION;
import static io.usher.manifest.lint.LintRule.ESCAPABLE_NAMESPACE;
import static io.usher.manifest.lint.LintRule.FAIL_IN_KUBE_SYSTEM;
import static io.usher.manifest.lint.LintRule.FAIL_ON_CRITICAL;
import static io.usher.manifest.lint.LintRule.ISSUER_SYSTEM_NAMES;
import static io.usher.manifest.lint.LintRule.LONG_TIMEOUT;
import static io.usher.manifest.lint.LintRule.MATCH_POLICY_EXACT;
import static io.usher.manifest.lint.LintRule.MISSING_CA;
import static io.usher.manifest.lint.LintRule.MISSING_SCOPE;
import static io.usher.manifest.lint.LintRule.NAME;
import static io.usher.manifest.lint.LintRule.OVERLAPPING_MUTATORS;
import static io.usher.manifest.lint.LintRule.OWN_NAMESPACE;
import static io.usher.manifest.lint.LintRule.READABLE_SECRET;
import static io.usher.manifest.lint.LintRule.READS_NODES_PROXY;
import static io.usher.manifest.lint.LintRule.READS_SECRETS;
import static io.usher.manifest.lint.LintRule.READS_WHOLE;
import static io.usher.manifest.lint.LintRule.SECRETS;
import static io.usher.manifest.lint.LintRule.SHARED_VIEWS;
import static io.usher.manifest.lint.LintRule.SIDE_EFFECTS;
import static io.usher.manifest.lint.LintRule.TOO_MANY_MUTATORS;
import static io.usher.manifest.lint.LintRule.USELESS_SUPPRESSION;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.LiveReadTarget;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.RuleTarget;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule on a configuration that has nothing wrong, and on one that differs in one place. */
final class LintRuleTest {

  private static final String GOOD =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata:
        name: gate
      webhooks:
      - name: gate.example.com
        admissionReviewVersions: [v1]
        clientConfig:
          caBundle: QUJD
          service: {name: gate, namespace: gate-system}
        failurePolicy: Fail
        matchPolicy: Equivalent
        namespaceSelector:
          matchExpressions:
          - key: kubernetes.io/metadata.name
            operator: NotIn
            values: [kube-system, kube-node-lease, gate-system]
        rules:
        - apiGroups: [""]
          apiVersions: [v1]
          operations: [CREATE]
          resources: [pods]
          scope: Namespaced
        sideEffects: None
        timeoutSeconds: 5
      """;

  private static final String API =
      """
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata:
        name: v1.example.com
        annotations: {lint.usher.io/api-service-stops-deletion: it is removed first}
      spec:
        service: {name: api, namespace: api-system}
      ---
      apiVersion: apiregistration.k8s.io/v1
      kind: APIService
      metadata: {name: v1.apps}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: api-system}
      spec:
        selector: {app: api}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api, namespace: api-system}
      spec:
        replicas: 2
        template:
          metadata: {labels: {app: api, tier: back}}
      """;

  private static final String AUTHORIZATION =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AuthorizationConfiguration
      authorizers:
      - {type: Node, name: node}
      - {type: RBAC, name: rbac}
      - type: Webhook
        name: gate
        webhook:
          failurePolicy: Deny
          unauthorizedTTL: 1m
          matchConditions:
          - expression: "!('system:nodes' in request.groups)"
          - expression: "request.user != 'gate'"
      """;

  private static final String AUTHENTICATION =
      """
      apiVersion: apiserver.config.k8s.io/v1
      kind: AuthenticationConfiguration
      jwt:
      - issuer: {url: "https://issuer.example.com", audiences: [kube]}
        claimMappings:
          username: {claim: sub, prefix: "oidc:"}
          groups: {claim: groups, prefix: "oidc:"}
      """;

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: tabs.example.com}
      spec:
        group: example.com
        names: {kind: Tab, plural: tabs}
        conversion:
          strategy: Webhook
          webhook:
            conversionReviewVersions: [v2, v1]
            clientConfig:
              caBundle: QUJD
              service: {name: gate, namespace: gate-system, path: /convert/tabs.example.com}
        versions:
        - name: v1
          served: true
          storage: true
          schema: {openAPIV3Schema: {type: object, properties: {spec: {properties: {a: {}}}}}}
        - name: v1alpha1
          served: true
          schema: {openAPIV3Schema: {type: object, properties: {spec: {properties: {b: {}}}}}}
      """;

  private static final String UNCONVERTED =
      DEFINITION.replaceFirst("(?s)  conversion:.*?  versions", "  versions");

  /**
   * A pair of which one is wrong.
   *
   * @param why of the only finding in the bad one
   */
  private record Pair(LintRule rule, String good, String bad, String why) {
    @Override
    public String toString() {
      return rule.id() + ": " + why;
    }
  }

  static Stream<Pair> pairs() {
    String allPods = with("resources: [pods]", "resources: [\"*\"]");
    String selector = "namespaceSelector:\n    matchExpressions:\n";
    return Stream.of(
        bad(
            CATCH_ALL_FAIL,
            allPods.replace("[\"\"]", "[apps]"),
            "resources has \"*\", and a failed call fails the request"),
        new Pair(
            FAIL_ON_CRITICAL,
            leases().replace("failurePolicy: Fail", "failurePolicy: Ignore"),
            leases(),
            "a failed call fails requests for leases"),
        bad(
            FAIL_ON_CRITICAL,
            with("[pods]", "[pods, nodes/status]"),
            "a failed call fails requests for nodes/status"),
        bad(
            FAIL_IN_KUBE_SYSTEM,
            with("[kube-system, ", "["),
            "a failed call fails requests in kube-system"),
        bad(
            OWN_NAMESPACE,
            with(", gate-system]", "]"),
            "its server runs in gate-system, which it is called for"),
        bad(LONG_TIMEOUT, with("timeoutSeconds: 5", "timeoutSeconds: 11"), "timeoutSeconds is 11"),
        bad(SIDE_EFFECTS, with("sideEffects: None", "sideEffects: Some"), "sideEffects is Some"),
        bad(SIDE_EFFECTS, with("  sideEffects: None\n", ""), "sideEffects is missing"),
        bad(NAME, with("name: gate.example.com", "name: gate.com"), "the name is \"gate.com\""),
        bad(MISSING_SCOPE, with("    scope: Namespaced\n", ""), "the rule for pods has no scope"),
        bad(
            MATCH_POLICY_EXACT,
            with("matchPolicy: Equivalent", "matchPolicy: Exact"),
            "matchPolicy is Exact"),
        new Pair(
            SECRETS,
            with("[pods]", "[secrets]")
                .replace("  rules:", "  objectSelector: {matchLabels: {gate: x}}\n  rules:"),
            with("[pods]", "[secrets]"),
            "every Secret is sent to it"),
        bad(
            ESCAPABLE_NAMESPACE,
            with(selector, selector + "    - {key: skip-gate, operator: DoesNotExist}\n"),
            "a namespace's own label skip-gate excludes it"),
        new Pair(
            MISSING_CA,
            with("    caBundle: QUJD\n", "")
                .replace(
                    "  name: gate\nwebhooks",
                    "  name: gate\n  annotations: {cert-manager.io/inject-ca-from: a/b}\nwebhooks"),
            with("    caBundle: QUJD\n", ""),
            "there is no caBundle, and no annotation has one injected"),
        new Pair(
            MISSING_CA,
            DEFINITION,
            DEFINITION.replace("caBundle: QUJD", ""),
            "spec.conversion has no caBundle, and no annotation has one injected: nobody can read"
                + " what is stored in another version"),
        new Pair(
            CONVERSION_REVIEW_VERSIONS,
            DEFINITION,
            DEFINITION.replace("[v2, v1]", "[v2]"),
            "conversionReviewVersions is [v2]"),
        new Pair(
            CONVERSION_NONE,
            UNCONVERTED.replace("{b: {}}", "{a: {}}"),
            UNCONVERTED.replace("{b: {}}", "{a: {}, c: {properties: {d: {}}}}"),
            "version v1 has no spec.c"),
        new Pair(
            CONVERSION_NONE,
            UNCONVERTED.replace("{b: {}}", "{}, x-kubernetes-preserve-unknown-fields: true"),
            UNCONVERTED.replace("{b: {}}", "{}"),
            "version v1alpha1 has no spec.a"),
        bad(
            DEPRECATED_VERSION,
            with("k8s.io/v1", "k8s.io/v1beta1"),
            "the configuration is admissionregistration.k8s.io/v1beta1"),
        bad(
            DEPRECATED_VERSION,
            with("admissionReviewVersions: [v1]", "admissionReviewVersions: [v1beta1]"),
            "admissionReviewVersions has no v1"),
        bad(
            DEPRECATED_VERSION,
            with("[\"\"]", "[extensions]").replace("apiVersions: [v1]", "apiVersions: [v1beta1]"),
            "a rule is for extensions/v1beta1"),
        new Pair(
            OVERLAPPING_MUTATORS,
            GOOD + "---\n" + second().replace("[CREATE]", "[UPDATE]"),
            GOOD + "---\n" + second(),
            "it is called after MutatingWebhookConfiguration/gate gate.example.com for pods"
                + " (CREATE)"),
        new Pair(TOO_MANY_MUTATORS, entries(5), entries(6), "there are 6 mutating entries"),
        new Pair(
            API_SERVICE_INSECURE,
            API,
            API.replace("service: {", "insecureSkipTLSVerify: true\n  service: {"),
            "insecureSkipTLSVerify is true"),
        new Pair(
            API_SERVICE_WITHOUT_ENDPOINTS,
            API,
            API.replace("{app: api, tier: back}", "{app: other}"),
            "nothing here is behind Service api-system/api"),
        new Pair(
            API_SERVICE_ONE_REPLICA,
            API,
            API.replace("replicas: 2", "replicas: 1"),
            "Deployment/api has one replica"),
        new Pair(
            API_SERVICE_ONE_REPLICA,
            API.replace("replicas: 2", "replicas: 1")
                .replace(
                    "tier: back}}",
                    "tier: back}}\n    spec: {volumes: [{name: d, persistentVolumeClaim: {}}]}"),
            API.replace("  replicas: 2\n", ""),
            "Deployment/api has one replica"),
        new Pair(
            API_SERVICE_STOPS_DELETION,
            API,
            API.replace("stops-deletion: it is removed first", "insecure: it is removed first"),
            "every deletion of a namespace waits for Service api-system/api"),
        new Pair(
            AUTHORIZER_DENIES_WITHOUT_CONDITION,
            AUTHORIZATION,
            AUTHORIZATION.replace("system:nodes", "system:node"),
            "webhook gate has failurePolicy Deny and no match condition that leaves out nodes"),
        new Pair(
            AUTHORIZER_DENIES_WITHOUT_CONDITION,
            AUTHORIZATION
                .replace("request.user", "request.uid")
                .replace("failurePolicy: Deny", "failurePolicy: NoOpinion"),
            AUTHORIZATION.replace("request.user", "request.uid"),
            "webhook gate has failurePolicy Deny and no match condition that leaves out its own"
                + " identity"),
        new Pair(
            AUTHORIZER_LONG_DENIAL,
            AUTHORIZATION.replace("TTL: 1m", "TTL: 0h0m60s"),
            AUTHORIZATION.replace("TTL: 1m", "TTL: 1m1s"),
            "webhook gate has unauthorizedTTL 1m1s"),
        new Pair(
            AUTHORIZER_ALONE,
            AUTHORIZATION.replace("RBAC", "ABAC"),
            AUTHORIZATION.replace("- {type: RBAC, name: rbac}\n", ""),
            "no authorizer of kube-apiserver's own is there"),
        new Pair(
            AUTHORIZER_FIRST,
            AUTHORIZATION + "- {type: AlwaysDeny, name: last}\n",
            AUTHORIZATION.replace("- {type: Node, name: node}\n", "")
                + "- {type: Node, name: node}\n",
            "webhook gate is in front of Node"),
        new Pair(
            ISSUER_SYSTEM_NAMES,
            AUTHENTICATION,
            AUTHENTICATION.replace("{claim: groups, prefix: \"oidc:\"}", "{expression: claims.g}"),
            "issuer https://issuer.example.com may name users or groups of system:"),
        new Pair(
            ISSUER_SYSTEM_NAMES,
            AUTHENTICATION.replace("sub, prefix: \"oidc:\"", "sub, prefix: \"\"")
                + "  userValidationRules: [{expression: \"!user.username.startsWith('system:')\"}]\n",
            AUTHENTICATION.replace("sub, prefix: \"oidc:\"", "sub, prefix: \"\""),
            "issuer https://issuer.example.com may name users or groups of system:"),
        new Pair(
            USELESS_SUPPRESSION,
            annotated("long-timeout").replace("timeoutSeconds: 5", "timeoutSeconds: 20"),
            annotated("slow"),
            "annotation lint.usher.io/slow: there is no rule slow"));
  }

  private static String annotated(String rule) {
    return with(
        "  name: gate\nwebhooks",
        "  name: gate\n  annotations: {lint.usher.io/" + rule + ": as agreed}\nwebhooks");
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void goodIsCleanAndBadHasOneFinding(Pair pair) {
    assertThat(lint(pair.good())).isEmpty();
    assertThat(lint(pair.bad()))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(tuple(pair.rule(), pair.why()));
  }

  @Test
  void everyRuleHasItsPair() {
    Stream<Object> ofOthers =
        Stream.of(READABLE_SECRET, CONVERSION_MISSING, CONVERSION_USELESS, CONVERSION_NOT_CALLED);
    assertThat(
            Stream.concat(
                ofOthers,
                Stream.concat(pairs().map(Pair::rule), reads().map(each -> each.get()[0]))))
        .contains((Object[]) LintRule.values());
  }

  @Test
  void kubeconfigWithASecretIsForItsOwnerAlone(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("kubeconfig"), "");
    var kubeconfig =
        new LintedObject(
            file.toString(),
            node -> 1,
            (ObjectNode)
                new YAMLMapper()
                    .readTree("{kind: Config, users: [{name: a, user: {token: s3cret}}]}"),
            List.of());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Lint.find(List.of(kubeconfig), List.of())).isEmpty();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(Lint.find(List.of(kubeconfig), List.of()))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(
            tuple(READABLE_SECRET, "everybody on the machine may read token of user a"));
  }

  /** What is found of the reads of a webhook, if it is not what is good. */
  static Stream<Arguments> reads() {
    return Stream.of(
        arguments(
            READS_NODES_PROXY,
            validating("a.example.com").readsLive(LiveReadTarget.of("nodes/proxy")),
            "its rules read nodes/proxy, so that the server's token may get it"),
        arguments(
            READS_SECRETS,
            validating("a.example.com")
                .reads(ReadTarget.of(Secret.class).fields("type"))
                .readsLive(LiveReadTarget.of(Secret.class)),
            "the server's token may read every Secret of the cluster"),
        arguments(
            READS_WHOLE,
            validating("a.example.com").reads(ReadTarget.of(Pod.class)),
            "its view of pods keeps whole objects"),
        arguments(
            SHARED_VIEWS,
            validating("a.example.com").reads(ReadTarget.of(Namespace.class).fields("status")),
            "its rules can read of namespaces what other.example.com declares: metadata.labels"));
  }

  @ParameterizedTest
  @MethodSource("reads")
  void whatIsReadIsFoundOnceForAWebhook(LintRule rule, WebhookBuilder reading, String why) {
    ReadTarget<Namespace> labels = ReadTarget.of(Namespace.class).fields("metadata.labels");
    WebhookRegistration other =
        validating("other.example.com")
            .editing("edit", on(ConfigMap.class, CREATE), (map, context) -> {})
            .reads(labels)
            .build();

    assertThat(lint(reading.build(), other))
        .filteredOn(finding -> finding.object().endsWith(" a.example.com"))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(tuple(rule, why));
    assertThat(lint(validating("a.example.com").reads(labels).build(), other)).isEmpty();
  }

  private static WebhookBuilder validating(String name) {
    return WebhookRegistration.named(name)
        .validating("rule", on(Pod.class, CREATE), (pod, context) -> Decision.allow())
        .validatingFailurePolicy(FailurePolicy.FAIL);
  }

  /** However something is behind the Service. */
  @Test
  void endpointsAreBehindAnApiServiceAsPodsAre() {
    String alone = API.substring(0, API.indexOf("---\napiVersion: v1\n"));
    String endpoints =
        """
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: api-x
          namespace: api-system
          labels: {kubernetes.io/service-name: api}
        """;

    assertThat(lint(alone + endpoints)).isEmpty();
    assertThat(lint(alone + endpoints.replace("api-system", "other")))
        .extracting(Finding::rule)
        .containsExactly(API_SERVICE_WITHOUT_ENDPOINTS);
    assertThat(lint(API.replace("kind: Deployment", "kind: StatefulSet"))).isEmpty();
  }

  @Test
  void twoEntriesOfOneNameAreFound() {
    String entry = GOOD.substring(GOOD.indexOf("- name"));

    assertThat(lint(GOOD + entry.replace("[CREATE]", "[UPDATE]")))
        .extracting(Finding::why)
        .containsExactly("an earlier entry has the same name");
  }

  /** The second entry's difference from the first, and what both are called for then. */
  static Stream<Arguments> overlaps() {
    return Stream.of(
        arguments("[CREATE]", "[UPDATE, CREATE]", "pods (CREATE)"),
        arguments("[CREATE]", "[UPDATE]", ""),
        arguments("[CREATE]", "[\"*\"]", "pods (CREATE)"),
        arguments("[pods]", "[\"*/*\"]", "pods (CREATE)"),
        arguments("[pods]", "[\"*\"]", "pods (CREATE)"),
        arguments("[pods]", "[pods/status]", ""),
        arguments("[pods]", "[configmaps, pods]", "pods (CREATE)"),
        arguments("[\"\"]", "[apps]", ""),
        arguments("[\"\"]", "[\"*\"]", "pods (CREATE)"),
        arguments("apiVersions: [v1]", "apiVersions: [v2]", "pods (CREATE)"),
        arguments("scope: Namespaced", "scope: Cluster", ""),
        arguments("scope: Namespaced", "scope: \"*\"", "pods (CREATE)"),
        arguments(
            "- key: kube", "- {key: team, operator: Exists}\n    - key: kube", "pods (CREATE)"),
        arguments(
            "  rules:",
            "  matchConditions: [{name: a, expression: b}]\n  rules:",
            "pods (CREATE), unless matchConditions tell them apart"));
  }

  @ParameterizedTest
  @MethodSource("overlaps")
  void mutatorsOverlapInWhatBothAreCalledFor(String of, String in, String shared) {
    assertThat(GOOD).contains(of);
    String gate = "it is called after MutatingWebhookConfiguration/gate gate.example.com for ";

    assertThat(lint(GOOD + "---\n" + second().replace(of, in)))
        .filteredOn(finding -> finding.rule() == OVERLAPPING_MUTATORS)
        .extracting(Finding::why)
        .isEqualTo(shared.isEmpty() ? List.of() : List.of(gate + shared));
  }

  @Test
  void exactVersionsTellMutatorsApart() {
    String exact = GOOD.replace("matchPolicy: Equivalent", "matchPolicy: Exact");
    String other =
        second()
            .replace("matchPolicy: Equivalent", "matchPolicy: Exact")
            .replace("apiVersions: [v1]", "apiVersions: [v2]");

    assertThat(lint(exact + "---\n" + other))
        .extracting(Finding::rule)
        .containsOnly(MATCH_POLICY_EXACT);
  }

  @Test
  void selectorsTellMutatorsApart() {
    String first =
        GOOD.replace("  rules:", "  objectSelector: {matchLabels: {tier: web}}\n  rules:");
    String second =
        second().replace("  rules:", "  objectSelector: {matchLabels: {tier: db}}\n  rules:");

    assertThat(lint(first + "---\n" + second)).isEmpty();
  }

  /** The API server holds it against no object that has no namespace, but for Namespaces. */
  @Test
  void namespaceSelectorTellsNoClusterScopedObjectsApart() {
    String key = "- key: kube";
    String first = GOOD.replace(key, "- {key: team, operator: In, values: [a]}\n    " + key);
    String second = second().replace(key, "- {key: team, operator: In, values: [b]}\n    " + key);
    String cluster = (first + "---\n" + second).replace("Namespaced", "Cluster");

    assertThat(lint(first + "---\n" + second)).isEmpty();
    assertThat(lint(cluster.replace("[pods]", "[namespaces]"))).isEmpty();
    assertThat(lint(cluster.replace("[pods]", "[persistentvolumes]")))
        .extracting(Finding::why)
        .containsExactly(
            "it is called after MutatingWebhookConfiguration/gate gate.example.com for"
                + " persistentvolumes (CREATE)");
  }

  @Test
  void rulesOfJarsAreNamedWhereTheyOverlap() {
    WebhookRegistration first =
        editing("a.example.com", on(Pod.class, CREATE, UPDATE))
            .editing("map", on(ConfigMap.class, CREATE), (map, context) -> {})
            .build();
    WebhookRegistration second = editing("b.example.com", on(Pod.class, CREATE)).build();

    assertThat(lint(first, second))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(
            tuple(
                OVERLAPPING_MUTATORS,
                "it is called after MutatingWebhookConfiguration/gate a.example.com for pods"
                    + " (CREATE; edit, then edit), and may be followed by it again"));
  }

  @Test
  void rulesOfJarsAreToldApartByWhatTheyMatchInCode() {
    RuleTarget<Pod> web = on(Pod.class, CREATE);
    RuleTarget<Pod> other = on(Pod.class, CREATE);

    assertThat(lint(web.labels("tier=web"), other.labels("tier=db"))).isEmpty();
    assertThat(lint(web.labels(""), other.namespaces("b"))).hasSize(1);
    assertThat(lint(web.namespaces("a"), other)).isEmpty();
    assertThat(lint(web.namespaces("*"), other)).hasSize(1);
    assertThat(lint(web.names("a"), other.names("b"))).isEmpty();
  }

  /** Configurations are called in the order of their names, whatever files they are in. */
  @Test
  void mutatorThatIsCalledLaterHasTheFinding() {
    String reinvoked = GOOD.replace("  rules:", "  reinvocationPolicy: IfNeeded\n  rules:");

    assertThat(lint(second() + "---\n" + reinvoked))
        .extracting(Finding::object, Finding::why)
        .containsExactly(
            tuple(
                "MutatingWebhookConfiguration/other other.example.com",
                "it is called after MutatingWebhookConfiguration/gate gate.example.com for pods"
                    + " (CREATE), and may be followed by it again"));
  }

  @Test
  void customResourcesAloneEndangerNoNamespace() {
    String custom =
        GOOD.replace("[\"\"]", "[stable.example.com]")
            .replace("[kube-system, kube-node-lease, gate-system]", "[x]");

    assertThat(lint(custom)).isEmpty();
  }

  @Test
  void definitionsAreHeldAgainstTheRulesThatConvertThem() {
    WebhookRegistration alpha = convertingTabs("v1alpha1");
    WebhookRegistration beta = convertingTabs("v1beta1");
    String elsewhere =
        DEFINITION.replace("/convert/tabs.example.com", "/convert/others.example.com");

    assertThat(lint(DEFINITION, alpha)).isEmpty();
    assertThat(lint(DEFINITION.replace("kind: Tab,", "kind: Other,"), alpha)).isEmpty();
    assertThat(lint(DEFINITION, beta))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(
            tuple(
                CONVERSION_MISSING,
                "webhook tabs.example.com converts versions [v1, v1beta1] of Tab.example.com, and"
                    + " not v1alpha1"),
            tuple(CONVERSION_USELESS, "webhook tabs.example.com converts version v1beta1"));
    assertThat(lint(elsewhere, alpha))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(
            tuple(
                CONVERSION_NOT_CALLED,
                "webhook tabs.example.com converts Tab.example.com, and spec.conversion calls"
                    + " /convert/others.example.com, not /convert/tabs.example.com"));
    assertThat(lint(UNCONVERTED.replace("{b: {}}", "{a: {}}"), alpha))
        .extracting(Finding::rule, Finding::why)
        .containsExactly(
            tuple(
                CONVERSION_NOT_CALLED,
                "webhook tabs.example.com converts Tab.example.com, and spec.conversion calls none"));
  }

  private static WebhookRegistration convertingTabs(String other) {
    String kind = "Tab.example.com";
    return WebhookRegistration.named("tabs.example.com")
        .converting("up", ConversionTarget.ofTrees(kind, other, "v1"), (tab, context) -> tab)
        .converting("down", ConversionTarget.ofTrees(kind, "v1", other), (tab, context) -> tab)
        .build();
  }

  private static List<Finding> lint(String definition, WebhookRegistration webhook) {
    return Lint.find(List.of(object(definition).with(List.of(webhook))), List.of());
  }

  @Test
  void otherObjectsHaveNothing() {
    assertThat(lint("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")).isEmpty();
  }

  private static String with(String text, String replacement) {
    assertThat(GOOD).contains(text);
    return GOOD.replace(text, replacement);
  }

  private static Pair bad(LintRule rule, String bad, String why) {
    return new Pair(rule, GOOD, bad, why);
  }

  private static String leases() {
    return with("[\"\"]", "[coordination.k8s.io]").replace("[pods]", "[leases]");
  }

  private static String second() {
    return with("gate.example.com", "other.example.com").replace("name: gate\n", "name: other\n");
  }

  private static String entries(int count) {
    var yaml = new StringBuilder(GOOD.substring(0, GOOD.indexOf("- name")));
    String entry = GOOD.substring(GOOD.indexOf("- name"));
    for (int i = 0; i < count; i++) {
      yaml.append(entry.replace("gate.example", "gate" + i + ".example").replace("pods", "r" + i));
    }
    return yaml.toString();
  }

  private static WebhookBuilder editing(String name, RuleTarget<Pod> target) {
    return WebhookRegistration.named(name).editing("edit", target, (pod, context) -> {});
  }

  private static List<Finding> lint(RuleTarget<Pod> one, RuleTarget<Pod> other) {
    return lint(editing("a.example.com", one).build(), editing("b.example.com", other).build());
  }

  private static List<Finding> lint(WebhookRegistration... webhooks) {
    var gate = new Installation("gate", "gate-system", "localhost/gate:1");
    return Lint.find(
        Manifests.registration(gate, List.of(webhooks)).stream()
            .map(object -> new LintedObject("rules", node -> 1, object, List.of(webhooks)))
            .toList(),
        List.of());
  }

  private static List<Finding> lint(String yaml) {
    return Lint.find(
        Arrays.stream(yaml.split("(?m)^---\n")).map(LintRuleTest::object).toList(), List.of());
  }

  private static LintedObject object(String yaml) {
    try {
      return new LintedObject(
          "gate.yaml", node -> 1, (ObjectNode) new YAMLMapper().readTree(yaml), List.of());
    } catch (JsonProcessingException e) {
      throw new AssertionError(yaml, e);
    }
  }
}
