package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.flowcontrol.FlowControl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Controllers, while others write what they are about to write. */
class ControllersTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final GroupResource MAPS = new GroupResource("", "configmaps");
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
  private static final GroupResource SLICES =
      new GroupResource("discovery.k8s.io", "endpointslices");

  private static final int DEPENDENTS = 10;

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(config -> config.controllers(false).defaultRoles(false));
  private final ObjectStore objects = server.server().objects();
  private final AtomicInteger lists = new AtomicInteger();
  private Controllers controllers;

  @AfterEach
  void close() {
    controllers.close();
    server.close();
  }

  /** Starts the controllers; once, before they write an object of this name, something is done. */
  private void start(String method, GroupResource resource, String name, Runnable faster) {
    var done = new AtomicInteger();
    var store =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, called, arguments) -> {
                  if (called.getName().equals("list")) {
                    lists.incrementAndGet();
                  }
                  if (called.getName().equals(method)
                      && arguments[0].equals(resource)
                      && name(arguments).equals(name)
                      && done.getAndIncrement() == 0) {
                    faster.run();
                  }
                  try {
                    return called.invoke(objects, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    controllers = new Controllers(store, server.server().resources(), "a CA", Clock.systemUTC());
  }

  private static String name(Object[] arguments) {
    return arguments[1] instanceof JsonNode object
        ? object.at("/metadata/name").asText()
        : arguments[2].toString();
  }

  private static ObjectNode yaml(String yaml) {
    try {
      return (ObjectNode) YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ObjectNode map(String name) {
    return objects.get(MAPS, "default", name);
  }

  private ObjectNode createMap(String name, String metadata) {
    return objects.create(
        MAPS, yaml("{metadata: {namespace: default, name: " + name + metadata + "}}"));
  }

  private static String ownedBy(ObjectNode owner) {
    return ", ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: %s, uid: %s, blockOwnerDeletion: true}]"
        .formatted(owner.at("/metadata/name").asText(), owner.at("/metadata/uid").asText());
  }

  private void label(GroupResource resource, ObjectNode object) {
    object.withObject("/metadata/labels").put("a", "b");
    objects.update(resource, object);
  }

  private void markDeleted(String name, String finalizer) {
    ObjectNode object = map(name);
    object.withObject("/metadata").putArray("finalizers").add(finalizer);
    objects.update(MAPS, object);
    objects.delete(MAPS, "default", name);
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  @Test
  void dependentThatChangesMeanwhileIsOrphaned() {
    ObjectNode owner = createMap("owner", "");
    createMap("dependent", ownedBy(owner));
    start("update", MAPS, "dependent", () -> label(MAPS, map("dependent")));
    markDeleted("owner", "orphan");
    await(() -> map("owner") == null);
    assertThat(map("dependent").path("metadata").has("ownerReferences")).isFalse();
    assertThat(map("dependent").at("/metadata/labels/a").asText()).isEqualTo("b");
  }

  @Test
  void objectThatIsMadeAnewMeanwhileStays() {
    createMap("dependent", ownedBy(yaml("{metadata: {name: gone, uid: '0000'}}")));
    start(
        "delete",
        MAPS,
        "dependent",
        () -> {
          objects.delete(MAPS, "default", "dependent");
          createMap("dependent", "");
        });
    awaitEnd();
    assertThat(map("dependent")).isNotNull();
  }

  @Test
  void objectThatIsGivenUpMeanwhileStays() {
    createMap("dependent", ownedBy(yaml("{metadata: {name: gone, uid: '0000'}}")));
    start(
        "delete",
        MAPS,
        "dependent",
        () -> {
          ObjectNode dependent = map("dependent");
          dependent.withObject("/metadata").remove("ownerReferences");
          objects.update(MAPS, dependent);
        });
    awaitEnd();
    assertThat(map("dependent")).isNotNull();
  }

  /** Waits until what was told before has been looked at. */
  private void awaitEnd() {
    createMap("last", ownedBy(yaml("{metadata: {name: gone, uid: '0000'}}")));
    await(() -> map("last") == null);
  }

  @Test
  void foregroundDeletionReadsAllObjectsOnce() {
    ObjectNode owner = createMap("owner", "");
    for (int i = 0; i < DEPENDENTS; i++) {
      createMap("dependent-" + i, ownedBy(owner) + ", finalizers: [example.com/x]");
    }
    start("none", MAPS, "", () -> {});
    awaitEnd();
    int before = lists.get();
    markDeleted("owner", "foregroundDeletion");
    for (int i = 0; i < DEPENDENTS; i++) {
      String name = "dependent-" + i;
      await(() -> map(name).path("metadata").has("deletionTimestamp"));
      ObjectNode dependent = map(name);
      dependent.withObject("/metadata").remove("finalizers");
      objects.update(MAPS, dependent);
    }
    await(() -> map("owner") == null);
    assertThat(lists.get() - before)
        .isLessThanOrEqualTo(server.server().resources().types().size());
  }

  @Test
  void namespaceIsFurnishedWhoeverMakesItsAccount() {
    // The first of the namespaces.
    start(
        "create",
        ACCOUNTS,
        "default",
        () -> objects.create(ACCOUNTS, yaml("{metadata: {namespace: default, name: default}}")));
    await(() -> map("kube-root-ca.crt") != null);
  }

  @Test
  void namespaceThatChangesMeanwhileGoes() {
    objects.create(
        NAMESPACES,
        yaml("{metadata: {name: n}, spec: {finalizers: [kubernetes]}, status: {phase: Active}}"));
    start("update", NAMESPACES, "n", () -> label(NAMESPACES, objects.get(NAMESPACES, "", "n")));
    objects.delete(NAMESPACES, "", "n");
    await(() -> objects.get(NAMESPACES, "", "n") == null);
  }

  @Test
  void sliceOfTheServiceIsPutRight() throws Exception {
    start(
        "create",
        SLICES,
        "kubernetes",
        () ->
            objects.create(
                SLICES, yaml("{metadata: {namespace: default, name: kubernetes}, ports: []}")));
    controllers.advertise(new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 8443));
    await(
        () -> {
          ObjectNode slice = objects.get(SLICES, "default", "kubernetes");
          return slice != null && slice.at("/ports/0/port").asInt() == 8443;
        });
  }

  @Test
  void schemaThatChangesMeanwhileSaysThatItDangles() {
    objects.create(
        FlowControl.SCHEMAS,
        yaml("{metadata: {name: mine}, spec: {priorityLevelConfiguration: {name: none}}}"));
    start(
        "update",
        FlowControl.SCHEMAS,
        "mine",
        () -> label(FlowControl.SCHEMAS, objects.get(FlowControl.SCHEMAS, "", "mine")));
    await(
        () ->
            objects
                .get(FlowControl.SCHEMAS, "", "mine")
                .at("/status/conditions/0/status")
                .asText()
                .equals("True"));
  }
}
