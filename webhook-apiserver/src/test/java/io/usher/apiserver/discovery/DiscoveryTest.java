package io.usher.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
  private static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private final ResourceRegistry registry = new ResourceRegistry();
  private final Discovery discovery = new Discovery(registry, () -> "127.0.0.1:6443");

  DiscoveryTest() {
    registry.register(
        ResourceType.builder("", "ConfigMap")
            .shortNames("cm")
            .version(ServedVersion.of("v1"))
            .build());
    registry.register(
        ResourceType.builder("apps", "Deployment")
            .categories("all")
            .version(ServedVersion.of("v1beta1"))
            .version(ServedVersion.of("v1"))
            .storedVersion("v1")
            .subresource(Subresource.Part.status())
            .subresource(new Subresource.Scale("spec.replicas", "status.replicas", ""))
            .build());
    registry.register(
        ResourceType.builder("", "Namespace")
            .scope(Scope.CLUSTER)
            .version(ServedVersion.of("v1"))
            .build());
  }

  private String get(String path, String... accept) {
    return text(answer(path, accept));
  }

  private ApiResponse answer(String path, String... accept) {
    return discovery.answer(
        ApiRequest.of("GET", path).withHeaders(Headers.of(Map.of("Accept", List.of(accept)))));
  }

  private static String text(ApiResponse response) {
    return new String(((ApiResponse.Complete) response).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void whatIsGoneIsShownNoMoreWhoeverAsksWhileItGoes() throws Exception {
    ResourceType widgets =
        ResourceType.builder("example.com", "Widget").version(ServedVersion.of("v1")).build();
    var done = new AtomicBoolean();
    var others =
        new Thread(
            () -> {
              while (!done.get()) {
                answer("/apis/example.com/v1");
              }
            });
    others.start();
    try {
      for (int i = 0; i < 5_000; i++) {
        registry.register(widgets);
        registry.unregister(widgets.groupResource());
        assertThat(answer("/apis/example.com/v1")).isNull();
      }
    } finally {
      done.set(true);
      others.join();
    }
  }

  @Test
  void coreGroupHasItsVersionsAndResources() {
    assertThat(get("/api"))
        .isEqualTo(
            "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":"
                + "[{\"clientCIDR\":\"0.0.0.0/0\",\"serverAddress\":\"127.0.0.1:6443\"}]}");
    String all =
        "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]";
    assertThat(get("/api/v1"))
        .isEqualTo(
            "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":["
                + "{\"name\":\"configmaps\",\"singularName\":\"configmap\",\"namespaced\":true,"
                + "\"kind\":\"ConfigMap\",\"verbs\":"
                + all
                + ",\"shortNames\":[\"cm\"],\"storageVersionHash\":\"qFsyl6wFWjQ=\"},"
                + "{\"name\":\"namespaces\",\"singularName\":\"namespace\",\"namespaced\":false,"
                + "\"kind\":\"Namespace\",\"verbs\":"
                + all
                + ",\"storageVersionHash\":\"Q3oi5N2YM8M=\"}]}");
  }

  @Test
  void stableVersionIsPreferred() {
    assertThat(get("/apis/apps"))
        .isEqualTo(
            "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":\"apps\",\"versions\":["
                + "{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"},"
                + "{\"groupVersion\":\"apps/v1beta1\",\"version\":\"v1beta1\"}],"
                + "\"preferredVersion\":{\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}");
    assertThat(GroupVersions.ordered(List.of("v1alpha1", "foo", "v2beta1", "v1", "v2", "v10")))
        .containsExactly("v10", "v2", "v1", "v2beta1", "v1alpha1", "foo");
  }

  @Test
  void subresourcesAreListedWithTheirKinds() {
    assertThat(get("/apis/apps/v1"))
        .contains(
            "{\"name\":\"deployments/scale\",\"singularName\":\"\",\"namespaced\":true,"
                + "\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\","
                + "\"verbs\":[\"get\",\"patch\",\"update\"]}")
        .contains(
            "{\"name\":\"deployments/status\",\"singularName\":\"\",\"namespaced\":true,"
                + "\"kind\":\"Deployment\",\"verbs\":[\"get\",\"patch\",\"update\"]}");
  }

  @Test
  void aggregatedDiscoveryHasAnETag() {
    ApiResponse response = answer("/apis", AGGREGATED + ",application/json;q=0.9");
    assertThat(response.headers().first("Content-Type")).isEqualTo(AGGREGATED);
    assertThat(text(response))
        .startsWith(
            "{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\","
                + "\"metadata\":{},\"items\":[{\"metadata\":{\"name\":\"apps\"},\"versions\":["
                + "{\"version\":\"v1\",\"resources\":[{\"resource\":\"deployments\","
                + "\"responseKind\":{\"group\":\"\",\"version\":\"\",\"kind\":\"Deployment\"},"
                + "\"scope\":\"Namespaced\",\"singularResource\":\"deployment\"");
    String etag = response.headers().first("ETag");
    var again =
        ApiRequest.of("GET", "/apis")
            .withHeaders(
                Headers.of(Map.of("Accept", List.of(AGGREGATED), "If-None-Match", List.of(etag))));
    assertThat(discovery.answer(again).code()).isEqualTo(304);
    registry.register(
        ResourceType.builder("example.com", "Widget").version(ServedVersion.of("v1")).build());
    assertThat(discovery.answer(again).code()).isEqualTo(200);
    assertThat(text(answer("/api", AGGREGATED))).contains("\"items\":[{\"metadata\":{},");
  }

  @Test
  void rootListsThePaths() {
    assertThat(get("/"))
        .isEqualTo(
            "{\"paths\":[\"/api\",\"/api/v1\",\"/apis\",\"/apis/apps\",\"/apis/apps/v1\","
                + "\"/apis/apps/v1beta1\",\"/healthz\",\"/livez\",\"/readyz\",\"/version\"]}");
    assertThat(answer("/foo")).isNull();
    assertThat(answer("/apis/nope")).isNull();
    assertThat(answer("//api/v1")).isNull();
  }

  @Test
  void healthTellsItsChecks() {
    var well = new AtomicBoolean(true);
    var health = new Health(Map.of("storage", well::get));
    assertThat(text(health.answer(ApiRequest.of("GET", "/livez")))).isEqualTo("ok");
    assertThat(text(health.answer(ApiRequest.of("GET", "/readyz?verbose"))))
        .isEqualTo("[+]ping ok\n[+]storage ok\nreadyz check passed\n");
    assertThat(text(health.answer(ApiRequest.of("GET", "/readyz/storage")))).isEqualTo("ok");
    assertThat(health.answer(ApiRequest.of("GET", "/readyz/nope"))).isNull();
    well.set(false);
    ApiResponse sick = health.answer(ApiRequest.of("GET", "/readyz"));
    assertThat(sick.code()).isEqualTo(500);
    assertThat(text(sick))
        .isEqualTo("[+]ping ok\n[-]storage failed: reason withheld\nreadyz check failed\n");
    assertThat(health.answer(ApiRequest.of("GET", "/readyz?exclude=storage")).code())
        .isEqualTo(200);
  }
}
