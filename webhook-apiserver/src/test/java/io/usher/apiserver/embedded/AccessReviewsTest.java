package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SubjectAccessReviews ask is what an authorizer is asked; what they can't ask is refused. */
class AccessReviewsTest {

  private static final String GROUP = "/apis/authorization.k8s.io/v1/";
  private static final String LOCAL = GROUP + "namespaces/default/localsubjectaccessreviews";
  private static final String RESOURCE = "'verb':'list','resource':'pods','namespace':'default'";

  /** What was asked about bob. */
  private final List<RequestInfo> asked = new ArrayList<>();

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(
          config ->
              config
                  .controllers(false)
                  .authenticator(request -> UserInfo.of("jane"))
                  .authorizers(rbac -> List.of(this::decide)));

  private Decision decide(UserInfo user, RequestInfo request) {
    if (user.username().equals("bob")) {
      asked.add(request);
    }
    return Decision.allow("");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private JsonNode review(String path, String json) {
    ApiRequest request =
        ApiRequest.of("POST", path)
            .withHeaders(Headers.of(Map.of("Content-Type", List.of("application/json"))))
            .withBody(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    var answer = server.server().handle(request).toCompletableFuture().join();
    try {
      return new ObjectMapper().readTree(((ApiResponse.Complete) answer).bytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private JsonNode selecting(String selectors) {
    return review(
        GROUP + "subjectaccessreviews",
        "{'spec':{'user':'bob','resourceAttributes':{" + RESOURCE + ',' + selectors + "}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'requirements':[{'key':'spec.nodeName','operator':'In','values':['n']}] | spec.nodeName=n",
        "'requirements':[{'key':'a','operator':'NotIn','values':['b,c=d']}] | a!=b\\,c\\=d",
        "'rawSelector':'metadata.name=a,b!=c' | metadata.name=a,b!=c",
      })
  void fieldSelectorReachesTheAuthorizer(String selector, String text) {
    JsonNode answer = selecting("'fieldSelector':{" + selector + "}");
    assertThat(answer.at("/status/allowed").asBoolean()).as(answer.toString()).isTrue();
    assertThat(answer.path("status").has("evaluationError")).isFalse();
    assertThat(asked).extracting(RequestInfo::fieldSelector).containsExactly(text);
    assertThat(asked).extracting(RequestInfo::version).containsExactly("*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'requirements':[{'key':'a','operator':'In','values':['b','c']},{'key':'d','operator':"
            + "'NotIn','values':['e']}] | a in (b,c),d notin (e)",
        "'requirements':[{'key':'x.y/a','operator':'Exists'},{'key':'b','operator':"
            + "'DoesNotExist'}] | x.y/a,!b",
        "'rawSelector':'a in (b, c),!d' | a in (b, c),!d",
      })
  void labelSelectorReachesTheAuthorizer(String selector, String text) {
    JsonNode answer = selecting("'labelSelector':{" + selector + "}");
    assertThat(answer.path("status").has("evaluationError")).as(answer.toString()).isFalse();
    assertThat(asked).extracting(RequestInfo::labelSelector).containsExactly(text);
  }

  @Test
  void whatIsNotUnderstoodIsLeftOutAndTold() {
    String unknown = "{'key':'a','operator':'Later','values':['b']}";
    String known = "{'key':'c','operator':'In','values':['d']}";
    JsonNode answer =
        selecting(
            "'fieldSelector':{'requirements':["
                + unknown
                + ','
                + known
                + "]},'labelSelector':{'rawSelector':'a in'}");
    assertThat(answer.at("/status/evaluationError").asText())
        .isEqualTo(
            "spec.resourceAttributes.fieldSelector partially ignored due to parse error;"
                + " spec.resourceAttributes.labelSelector ignored due to parse error");
    assertThat(asked).extracting(RequestInfo::fieldSelector).containsExactly("c=d");
    assertThat(asked).extracting(RequestInfo::labelSelector).containsExactly("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'spec':{'user':'bob','nonResourceAttributes':{'verb':'get','path':'/x'}}} |"
            + " spec.nonResourceAttributes: Invalid value: {\"Path\":\"/x\",\"Verb\":\"get\"}:"
            + " disallowed on this kind of request",
        "{'spec':{'user':'bob','resourceAttributes':{'namespace':'other'}}} |"
            + " spec.resourceAttributes.namespace: Invalid value: \"other\": must match"
            + " metadata.namespace",
        "{'metadata':{'name':'a'},'spec':{'user':'bob','resourceAttributes':"
            + "{'namespace':'default'}}} | must be empty except for namespace",
        "{'spec':{'resourceAttributes':{'namespace':'default'}}} | spec.user: Invalid value: \"\":"
            + " at least one of user or group must be specified",
      })
  void localReviewIsOfItsNamespaceAlone(String review, String problem) {
    JsonNode refused = review(LOCAL, review);
    assertThat(refused.path("code").asInt()).as(refused.toString()).isEqualTo(422);
    assertThat(refused.path("message").asText()).endsWith(problem);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"subjectaccessreviews", "selfsubjectaccessreviews"})
  void metadataAreEmpty(String resource) {
    String spec = "'spec':{'user':'bob','resourceAttributes':{" + RESOURCE + "}}}";
    JsonNode refused = review(GROUP + resource, "{'metadata':{'labels':{'a':'b'}}," + spec);
    assertThat(refused.path("code").asInt()).isEqualTo(422);
    assertThat(refused.path("message").asText())
        .contains("metadata: Invalid value: {\"labels\":{\"a\":\"b\"}")
        .endsWith(": must be empty");
    JsonNode taken = review(GROUP + resource, "{'metadata':{'labels':{},'name':''}," + spec);
    assertThat(taken.at("/status/allowed").asBoolean()).as(taken.toString()).isTrue();
  }
}
