package io.usher.manifest.lint;

import static io.usher.manifest.lint.Severity.ERROR;
import static io.usher.manifest.lint.Severity.WARNING;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is looked for. */
public enum LintRule {
  CATCH_ALL_FAIL(
      ERROR,
      "Every resource, and Fail: while the webhook is down, nothing in the cluster can change.",
      "list the resources that the rules need, or set failurePolicy: Ignore",
      EntryChecks::catchAllFail),
  FAIL_ON_CRITICAL(
      ERROR,
      "Fail on what the cluster needs to run or to repair itself.",
      "leave the resource out, or register it in an entry of its own with failurePolicy: Ignore",
      EntryChecks::failOnCritical),
  FAIL_IN_KUBE_SYSTEM(
      ERROR,
      "Fail in kube-system: while the webhook is down, the cluster's own Pods can't start.",
      "exclude it: namespaceSelector with kubernetes.io/metadata.name NotIn [kube-system]",
      EntryChecks::failInKubeSystem),
  OWN_NAMESPACE(
      ERROR,
      "The webhook is called for its own Pods: once it is down, it keeps itself from starting.",
      "exclude it: namespaceSelector with kubernetes.io/metadata.name NotIn [the Service's]",
      EntryChecks::ownNamespace),
  LONG_TIMEOUT(
      WARNING,
      "More than 10 s: every user waits so long while the webhook hangs.",
      "set timeoutSeconds to 5 or less",
      EntryChecks::longTimeout),
  SIDE_EFFECTS(
      ERROR,
      "Side effects are unknown: the API server refuses the entry, or every dry run.",
      "set sideEffects: None, or NoneOnDryRun",
      EntryChecks::sideEffects),
  NAME(
      ERROR,
      "An entry's name is three or more DNS labels, and unique in its configuration.",
      "name it like labeler.example.com",
      EntryChecks::name),
  MISSING_SCOPE(
      WARNING,
      "Without a scope it isn't said whether objects in no namespace are meant.",
      "set scope: Namespaced, Cluster or \"*\"",
      EntryChecks::missingScope),
  MATCH_POLICY_EXACT(
      WARNING,
      "Exact: a request by another version of the same resource passes the webhook by.",
      "set matchPolicy: Equivalent",
      EntryChecks::matchPolicyExact),
  SECRETS(
      WARNING,
      "Secrets are sent to the webhook, whose logs and memory then hold them.",
      "leave secrets out, or pick the few that are needed by objectSelector or matchConditions",
      EntryChecks::secrets),
  ESCAPABLE_NAMESPACE(
      WARNING,
      "Whoever may label his namespace can label himself out of the webhook.",
      "exclude namespaces by kubernetes.io/metadata.name, which nobody can change",
      EntryChecks::escapableNamespace),
  MISSING_CA(
      ERROR,
      "Neither a CA nor who injects it: every call fails, as no public CA signs a Service's name.",
      "give caBundle, or annotate the configuration with cert-manager.io/inject-ca-from",
      EntryChecks::missingCa,
      ConversionChecks::missingCa),
  DEPRECATED_VERSION(
      ERROR,
      "A version that Kubernetes has removed: the object is refused, or never matches.",
      "use v1 of the API in question",
      EntryChecks::deprecatedVersion),
  OVERLAPPING_MUTATORS(
      WARNING,
      "Two mutating entries for the same objects: on a field that both set, the last call wins.",
      "join them in one webhook, whose rules have an order, or tell them apart by selectors",
      ClusterChecks::overlappingMutators),
  TOO_MANY_MUTATORS(
      WARNING,
      "Mutating entries are called one after another: each adds its time to every request.",
      "join rules in fewer webhooks",
      ClusterChecks::tooManyMutators),
  CONVERSION_NONE(
      WARNING,
      "Nothing converts between versions whose fields differ: who reads or writes an object in a"
          + " version loses the fields that it does not have.",
      "convert by a webhook, or give all versions the same fields",
      ConversionChecks::none),
  CONVERSION_REVIEW_VERSIONS(
      ERROR,
      "The API server sends ConversionReviews of v1 or v1beta1, and refuses a definition with"
          + " neither.",
      "set conversionReviewVersions: [v1]",
      ConversionChecks::reviewVersions),
  CONVERSION_MISSING(
      ERROR,
      "A version of the definition that the rules do not convert: reading objects in it fails, and so"
          + " does every list while one is stored in it.",
      "add @Converting methods for the version, or take it out of the definition",
      ConversionChecks::missing),
  CONVERSION_USELESS(
      WARNING,
      "A version that the rules convert and the definition does not have: a typing error, or one that"
          + " is gone.",
      "remove its @Converting methods, or correct the version that they name",
      ConversionChecks::useless),
  CONVERSION_NOT_CALLED(
      WARNING,
      "The rules convert the objects of a definition that does not call them.",
      "have it written by usher manifests --definitions",
      ConversionChecks::notCalled),
  READS_NODES_PROXY(
      WARNING,
      "Whoever may get nodes/proxy may run commands in each Pod of each node.",
      "read what the API server itself keeps of nodes and Pods, or metrics where they are collected",
      ReadLint::nodesProxy),
  READS_SECRETS(
      WARNING,
      "Secrets of all namespaces are read: whoever has the server's token, or its memory, has them.",
      "read them live and one by one, or keep what rules need to know in a ConfigMap",
      ReadLint::readsSecrets),
  READS_WHOLE(
      WARNING,
      "A view of a resource of which there is much, without fields: each object is kept as it is.",
      "name what the rules look at: @Reads(fields = ...)",
      ReadLint::readsWhole),
  SHARED_VIEWS(
      WARNING,
      "Rules of one process share a view of a resource, with the fields that any of them declares.",
      "declare the same fields, or serve the rules by servers of their own",
      ReadLint::sharedViews),
  API_SERVICE_INSECURE(
      ERROR,
      "An APIService without TLS that means anything: whoever gets between may answer, and learns"
          + " who asks for what.",
      "give caBundle, or annotate it with cert-manager.io/inject-ca-from",
      ApiServiceChecks::insecure),
  API_SERVICE_WITHOUT_ENDPOINTS(
      WARNING,
      "An APIService whose Service no Pod and no endpoint of these objects is behind.",
      "give lint the Service and its workload, too, or remove the APIService first",
      ApiServiceChecks::withoutEndpoints),
  API_SERVICE_ONE_REPLICA(
      WARNING,
      "An APIService behind one replica that keeps no volume: each rollout and each lost node stops"
          + " the API, though its objects are in etcd, where others can read them.",
      "run two replicas or more, with strategy RollingUpdate",
      ApiServiceChecks::oneReplica),
  API_SERVICE_STOPS_DELETION(
      WARNING,
      "While an APIService does not answer, no namespace of the cluster can be deleted, and"
          + " discovery is incomplete for all.",
      "remove it before its server; say by the annotation that you know",
      ApiServiceChecks::stopsDeletion),
  AUTHORIZER_DENIES_WITHOUT_CONDITION(
      ERROR,
      "While the webhook is away, everything is denied: nodes can't report, and the webhook itself"
          + " can't come back.",
      "set failurePolicy: NoOpinion, or leave out system:nodes and the webhook's own user by"
          + " matchConditions",
      ApiServerFileChecks::denyWithoutCondition),
  AUTHORIZER_LONG_DENIAL(
      WARNING,
      "More than a minute: who gets a right is denied it for so long, and so is whoever was denied"
          + " by mistake.",
      "set unauthorizedTTL to 30s or less",
      ApiServerFileChecks::longDenial),
  AUTHORIZER_ALONE(
      ERROR,
      "Webhooks alone decide: while they are away, none but system:masters may do anything.",
      "add RBAC, with the roles that the cluster needs to run",
      ApiServerFileChecks::nothingElse),
  AUTHORIZER_FIRST(
      WARNING,
      "Each request waits for the webhook, also those that Node and RBAC would allow.",
      "put Node and RBAC first; a webhook that must be asked first should deny little, by"
          + " matchConditions",
      ApiServerFileChecks::webhookFirst),
  ISSUER_SYSTEM_NAMES(
      WARNING,
      "An issuer of JWTs whose claims can name Kubernetes' own users and groups: system:masters is"
          + " one.",
      "set prefix, or refuse names of system: by userValidationRules",
      ApiServerFileChecks::systemNames),
  READABLE_SECRET(
      ERROR,
      "A kubeconfig with a secret that everybody on the machine may read.",
      "chmod 600, or name the files of certificate and key, and chmod 600 the key",
      ApiServerFileChecks::readableSecret),
  USELESS_SUPPRESSION(
      WARNING,
      "An annotation lint.usher.io/RULE that suppresses nothing.",
      "name one of the rules, and give the reason as its value",
      Suppressions::useless);

  /** Says what is wrong with an entry, once for each fault. */
  interface EntryCheck extends Function<WebhookEntry, List<String>> {}

  /** Says what is wrong with entries, all of one cluster, together. */
  interface ClusterCheck extends Function<List<WebhookEntry>, List<Fault>> {}

  /** Says what is wrong with objects, all of one cluster. */
  interface ObjectCheck extends Function<List<LintedObject>, List<ObjectFault>> {}

  /** What is wrong with this object. */
  record ObjectFault(LintedObject object, String why) {}

  /** What is wrong with this entry. */
  record Fault(WebhookEntry entry, String why) {}

  private final Severity severity;
  private final String description;
  private final String fix;
  private final ClusterCheck check;
  private final ObjectCheck objectCheck;

  LintRule(Severity severity, String description, String fix, EntryCheck check) {
    this(severity, description, fix, check, objects -> List.of());
  }

  LintRule(
      Severity severity,
      String description,
      String fix,
      EntryCheck check,
      ObjectCheck objectCheck) {
    this(
        severity,
        description,
        fix,
        (ClusterCheck)
            entries ->
                entries.stream()
                    .flatMap(entry -> check.apply(entry).stream().map(why -> new Fault(entry, why)))
                    .toList(),
        objectCheck);
  }

  LintRule(Severity severity, String description, String fix, ClusterCheck check) {
    this(severity, description, fix, check, objects -> List.of());
  }

  LintRule(Severity severity, String description, String fix, ObjectCheck check) {
    this(severity, description, fix, (ClusterCheck) entries -> List.of(), check);
  }

  LintRule(
      Severity severity,
      String description,
      String fix,
      ClusterCheck check,
      ObjectCheck objectCheck) {
    this.severity = severity;
    this.description = description;
    this.fix = fix;
    this.check = check;
    this.objectCheck = objectCheck;
  }

  /** The ids of all rules. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(LintRule::id).toList();
  }

  /** {@code catch-all-fail}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How bad it is, at worst. */
  public Severity severity() {
    return severity;
  }

  /** What it is and what it leads to, in a sentence. */
  public String description() {
    return description;
  }

  /** What to do about it. */
  public String fix() {
    return fix;
  }

  List<Finding> find(List<LintedObject> objects, List<WebhookEntry> entries) {
    Stream<Finding> ofEntries =
        check.apply(entries).stream()
            .filter(fault -> !Suppressions.cover(fault.entry().configuration(), this))
            .map(
                fault ->
                    new Finding(
                        this,
                        fault.entry().configuration().source(),
                        fault.entry().line(),
                        fault.entry().describe(),
                        fault.why()));
    Stream<Finding> ofObjects =
        objectCheck.apply(objects).stream()
            .filter(fault -> !Suppressions.cover(fault.object(), this))
            .map(
                fault ->
                    new Finding(
                        this,
                        fault.object().source(),
                        fault.object().line(),
                        fault.object().describe(),
                        fault.why()));
    return Stream.concat(ofEntries, ofObjects).toList();
  }
}
