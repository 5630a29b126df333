package io.usher.benchmarks.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.usher.benchmarks.Figure;
import io.usher.benchmarks.api.ApiBench.Setting;
import io.usher.benchmarks.api.Clients.Result;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Eight clients that create Deployments of 6 KB under ValidatingAdmissionPolicies, all of which
 * pass, as fast as they are answered.
 */
final class Policies {

  static final String NAMESPACE = "policies";

  private static final double BAR = 1;

  /** A create takes so many times as long as one of 2 KB, or longer. */
  private static final int SHARE = 4;

  /** And so many times again where there are many policies. */
  private static final int SHARE_OF_MANY = 4;

  private static final int MANY = 100;
  private static final List<Integer> COUNTS = List.of(1, 10, MANY);

  private static final int CONTAINERS = 4;

  /** Of each container: with them a Deployment has 6 KB as it is sent. */
  private static final String VARIABLES =
      IntStream.range(0, 34)
          .mapToObj(i -> "{\"name\":\"VARIABLE_%d\",\"value\":\"%<d\"}".formatted(i))
          .collect(Collectors.joining(","));

  private static final String COLLECTION = "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments";
  private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";

  /** kube-apiserver looks for new policies once a second. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private Policies() {}

  static void measure(Setting setting) throws Exception {
    Effort effort = setting.effort();
    try (Api real = setting.servers().real();
        Api usher = setting.servers().usherWithFile()) {
      List<Api> both = List.of(real, usher);
      for (Api each : both) {
        each.namespace(NAMESPACE);
      }
      int bound = 0;
      for (int count : COUNTS) {
        for (Api each : both) {
          bind(each, bound, count);
        }
        bound = count;
        int creates = effort.creates() / SHARE / (count < MANY ? 1 : SHARE_OF_MANY);
        Rounds<Result> rounds =
            Rounds.of(
                both,
                effort.warmUps(),
                effort.rounds(),
                (api, round) -> {
                  Result result = create(api, creates, round);
                  delete(api, creates, round);
                  return result;
                });
        report(setting, count, rounds, usher, real);
      }
    }
  }

  private static void report(
      Setting setting, int count, Rounds<Result> rounds, Api usher, Api real) {
    String what = usher.name() + ", under " + count + (count == 1 ? " policy" : " policies");
    setting
        .report()
        .add(
            Figure.atLeast(
                what + ", creates/s",
                rounds.ratio(usher, real, Result::rate),
                "x",
                BAR,
                rounds.remark(usher, real, Result::rate, "/s")));
    setting
        .report()
        .add(
            Figure.told(
                what + ", create p99",
                rounds.ratio(usher, real, Result::p99Millis),
                "x",
                rounds.remark(usher, real, Result::p99Millis, "ms")));
  }

  /** Binds policies for all namespaces, and waits until each denies what it alone forbids. */
  static void bind(Api api, int from, int to) throws IOException {
    try (var connection = ApiConnection.open(api)) {
      for (int i = from; i < to; i++) {
        connection.post(GROUP + "validatingadmissionpolicies", policy(i));
        connection.post(GROUP + "validatingadmissionpolicybindings", binding(i));
      }
      for (int i = from; i < to; i++) {
        awaitDenial(connection, i);
      }
    }
  }

  private static void awaitDenial(ApiConnection connection, int policy) throws IOException {
    byte[] forbidden = deployment("forbidden", forbidden(policy));
    String denial = "ValidatingAdmissionPolicy '" + name(policy) + "' with binding";
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (connection.tryPost(COLLECTION + "?dryRun=All", forbidden) != 422
        || connection.count(denial) == 0) {
      if (System.nanoTime() > end) {
        throw new IOException(name(policy) + " denies nothing that it forbids");
      }
      Pacer.pause(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /** Creates Deployments; their names differ by round. */
  static Result create(Api api, int count, int round) throws IOException {
    return Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < count; i += Clients.COUNT) {
            byte[] object = deployment(Creates.name(round, i), "team");
            client.timed(connection -> connection.post(COLLECTION, object));
          }
        });
  }

  private static void delete(Api api, int count, int round) throws IOException {
    Clients.run(
        api,
        Clients.COUNT,
        client -> {
          for (int i = client.index(); i < count; i += Clients.COUNT) {
            String path = COLLECTION + '/' + Creates.name(round, i);
            client.untimed(connection -> connection.delete(path));
          }
        });
  }

  private static String name(int policy) {
    return "policy-%03d".formatted(policy);
  }

  /** A label that one policy alone forbids, which shows that it is evaluated. */
  private static String forbidden(int policy) {
    return "forbidden-" + policy;
  }

  private static byte[] policy(int index) {
    return """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
         "metadata": {"name": "%s"},
         "spec": {
          "failurePolicy": "Fail",
          "matchConstraints": {"resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"],
           "operations": ["CREATE", "UPDATE"], "resources": ["deployments"]}]},
          "variables": [
           {"name": "containers", "expression": "object.spec.template.spec.containers"},
           {"name": "replicas", "expression": "has(object.spec.replicas) ? object.spec.replicas : 1"}],
          "validations": [
           {"message": "images have a tag, and not latest",
            "expression": "variables.containers.all(c, c.image.contains(':') \
        && !c.image.endsWith(':latest'))"},
           {"message": "containers have at most 1Gi",
            "expression": "variables.containers.all(c, has(c.resources) && has(c.resources.limits) \
        && 'memory' in c.resources.limits \
        && quantity(c.resources.limits['memory']).compareTo(quantity('1Gi')) <= 0)"},
           {"message": "Deployments have the label app, and not %s",
            "expression": "has(object.metadata.labels) && 'app' in object.metadata.labels \
        && !('%2$s' in object.metadata.labels)"},
           {"message": "containers run as somebody else than root",
            "expression": "variables.containers.all(c, has(c.securityContext) \
        && c.securityContext.runAsNonRoot == true \
        && (!has(c.securityContext.privileged) || !c.securityContext.privileged))"},
           {"message": "there are 1 to 10 replicas",
            "expression": "variables.replicas >= 1 && variables.replicas <= 10"}]}}
        """
        .formatted(name(index), forbidden(index))
        .getBytes(US_ASCII);
  }

  private static byte[] binding(int index) {
    return """
        {"apiVersion": "admissionregistration.k8s.io/v1",
         "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "%s"},
         "spec": {"policyName": "%1$s", "validationActions": ["Deny"]}}
        """
        .formatted(name(index))
        .getBytes(US_ASCII);
  }

  /** A Deployment as a person would write it, with so many variables that it has 6 KB. */
  static byte[] deployment(String name, String label) {
    String containers =
        IntStream.range(0, CONTAINERS)
            .mapToObj(
                i ->
                    """
                    {"name":"c%d","image":"registry.example.com/app/c%1$d:1.2.3","ports":\
                    [{"containerPort":808%1$d,"name":"p%1$d"}],"resources":{"requests":\
                    {"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"500m","memory":"512Mi"}},\
                    "securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false},\
                    "env":[%s]}"""
                        .formatted(i, VARIABLES))
            .collect(Collectors.joining(","));
    return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s","labels":{"app":"bench",\
        "%s":"load"}},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"bench"}},"template":\
        {"metadata":{"labels":{"app":"bench"}},"spec":{"containers":[%s]}}}}"""
        .formatted(name, label, containers)
        .getBytes(US_ASCII);
  }
}
