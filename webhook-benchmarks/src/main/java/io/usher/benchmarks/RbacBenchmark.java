package io.usher.benchmarks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.BootstrapPolicy;
import io.usher.apiserver.authz.RbacAuthorizer;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision of RBAC on one thread, with 10,000 bindings and 5,000 roles beside the default ones:
 * 2,000 users in 200 groups and 500 namespaces, and a group of everybody that 1,000 of the bindings
 * are for.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RbacBenchmark {

  private static final int ROLES = 5_000;
  private static final int BINDINGS = 10_000;
  private static final int NAMESPACES = 500;
  private static final int USERS = 2_000;
  private static final int GROUPS = 200;
  private static final int REQUESTS = 4_096;
  private static final String EVERYBODY = "system:authenticated";
  private static final List<String> VERBS = List.of("get", "list", "create", "update", "delete");

  private final RbacAuthorizer rbac = new RbacAuthorizer();
  private final UserInfo[] users = new UserInfo[REQUESTS];
  private final RequestInfo[] requests = new RequestInfo[REQUESTS];
  private final ObjectNode[] changes = new ObjectNode[ROLES / 10];
  private int next;

  /** Makes the objects and the requests; the same ones each time. */
  @Setup
  public void prepare() {
    var random = new Random(1);
    BootstrapPolicy.objects().forEach(rbac::put);
    for (int i = 0; i < ROLES; i++) {
      rbac.put(role(i, random));
    }
    for (int i = 0; i < changes.length; i++) {
      changes[i] = role(10 * i, random);
    }
    for (int i = 0; i < BINDINGS; i++) {
      rbac.put(binding(i, random));
    }
    for (int i = 0; i < REQUESTS; i++) {
      int user = random.nextInt(USERS);
      users[i] =
          UserInfo.of("user-" + user, "group-" + user % GROUPS, "group-" + user % 7, EVERYBODY);
      requests[i] =
          new RequestInfo(
              true,
              "",
              VERBS.get(random.nextInt(VERBS.size())),
              "api-" + random.nextInt(3),
              "v1",
              "namespace-" + random.nextInt(NAMESPACES),
              "resource-" + random.nextInt(20),
              "",
              "name",
              List.of());
    }
  }

  /** One of the requests after another. */
  @Benchmark
  public Decision decide() {
    int i = next++ % REQUESTS;
    return rbac.authorize(users[i], requests[i]);
  }

  /** The same while roles change: before every tenth request another one, as a controller does. */
  @Benchmark
  public Decision decideWhileRolesChange() {
    int i = next++ % REQUESTS;
    if (i % 10 == 0) {
      rbac.put(changes[i / 10 % changes.length]);
    }
    return rbac.authorize(users[i], requests[i]);
  }

  private static ObjectNode role(int number, Random random) {
    boolean ofCluster = number % 2 == 0;
    ObjectNode role = object(ofCluster ? "ClusterRole" : "Role", "role-" + number);
    if (!ofCluster) {
      role.withObject("/metadata").put("namespace", "namespace-" + number % NAMESPACES);
    }
    ArrayNode rules = role.putArray("rules");
    for (int i = 0; i < 4; i++) {
      ObjectNode rule = rules.addObject();
      rule.putArray("apiGroups").add("api-" + random.nextInt(3));
      rule.putArray("resources")
          .add("resource-" + random.nextInt(20))
          .add("resource-" + random.nextInt(20));
      rule.putArray("verbs").add(VERBS.get(random.nextInt(VERBS.size()))).add("watch");
    }
    return role;
  }

  /** A tenth is for the cluster, a tenth for everybody. */
  private static ObjectNode binding(int number, Random random) {
    boolean ofCluster = number % 10 == 0;
    int namespace = number % NAMESPACES;
    ObjectNode binding =
        object(ofCluster ? "ClusterRoleBinding" : "RoleBinding", "binding-" + number);
    if (!ofCluster) {
      binding.withObject("/metadata").put("namespace", "namespace-" + namespace);
    }
    binding
        .putObject("roleRef")
        .put("kind", "ClusterRole")
        .put("name", "role-" + 2 * random.nextInt(ROLES / 2));
    ObjectNode subject = binding.putArray("subjects").addObject();
    if (number % 10 == 1) {
      subject.put("kind", "Group").put("name", EVERYBODY);
    } else if (number % 3 == 0) {
      subject.put("kind", "Group").put("name", "group-" + random.nextInt(GROUPS));
    } else {
      subject.put("kind", "User").put("name", "user-" + random.nextInt(USERS));
    }
    return binding;
  }

  private static ObjectNode object(String kind, String name) {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("kind", kind);
    object.putObject("metadata").put("name", name);
    return object;
  }
}
