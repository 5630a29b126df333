package io.usher.parts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.aggregated.ReviewClient;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.authn.TokenFile;
import io.usher.apiserver.authn.TokenReviews;
import io.usher.apiserver.authn.jwt.JwtAuthenticator;
import io.usher.apiserver.authz.AbacFile;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.authz.AlwaysDeny;
import io.usher.apiserver.authz.SubjectAccessReviews;
import io.usher.apiserver.file.Fields;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.client.ClusterClient;
import io.usher.json.Yaml;
import io.usher.rule.Door;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.server.AuthenticatorRule;
import io.usher.server.AuthorizerRule;
import io.usher.webhook.DoorRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the file of ready-made rules. Relative paths in it are relative to its folder. */
final class PartsFile {

  /** Less than a door's deadline: who waits for another server fails before he is given up. */
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Of parts that say no order; rules that say none have 0. */
  private static final int BEFORE_RULES = -1;

  private static final ObjectMapper TREES = new ObjectMapper();

  private final Path path;
  private final Map<String, DoorRules> doors = new HashMap<>();
  private final List<Runnable> reloads = new ArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();

  private PartsFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  static PartsFile read(Path path) throws IOException {
    var file = new PartsFile(path);
    readDoors(path, file::readDoor);
    return file;
  }

  /** The paths of the doors of a file; what is behind them is neither made nor looked at. */
  static List<String> doorPaths(Path path) throws IOException {
    var paths = new ArrayList<String>();
    readDoors(
        path,
        door -> {
          String name = door.text("name");
          for (Door each : Door.values()) {
            if (!door.objects(each.name().toLowerCase(Locale.ROOT)).isEmpty()) {
              paths.add(each.path(name));
            }
          }
        });
    return paths;
  }

  private interface DoorReader {
    void read(Fields door) throws IOException;
  }

  private static void readDoors(Path path, DoorReader reader) throws IOException {
    try (JsonParser parser = Yaml.parser(Files.readString(path))) {
      JsonNode tree = TREES.readTree(parser);
      Fields root = Fields.of(tree == null ? TREES.missingNode() : tree);
      List<Fields> doors = root.objects("doors");
      root.end();
      if (doors.isEmpty()) {
        throw root.wrong("doors", "is empty: write - name: NAME, and rules");
      }
      for (Fields door : doors) {
        reader.read(door);
      }
    } catch (JsonProcessingException e) {
      throw new IOException(path + " is no YAML: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  Map<String, DoorRules> doors() {
    return doors;
  }

  List<Runnable> reloads() {
    return reloads;
  }

  List<AutoCloseable> resources() {
    return resources;
  }

  private void readDoor(Fields door) throws IOException {
    String name = door.text("name");
    var authenticators =
        new ArrayList<ReviewRuleDefinition<AuthenticationRequest, Authentication>>();
    for (Fields each : door.objects("authentication")) {
      int order = each.number("order", BEFORE_RULES);
      List<String> audiences = each.texts("audiences");
      Part<Authenticator> part = authenticator(each);
      authenticators.add(
          ReviewRuleDefinition.of(
              part.name(authenticators.size()),
              order,
              new AuthenticatorRule(part.made(), audiences)));
    }
    var authorizers = new ArrayList<ReviewRuleDefinition<AuthorizationRequest, Authorization>>();
    for (Fields each : door.objects("authorization")) {
      int order = each.number("order", BEFORE_RULES);
      Part<Authorizer> part = authorizer(each);
      authorizers.add(
          ReviewRuleDefinition.of(
              part.name(authorizers.size()), order, new AuthorizerRule(part.made())));
    }
    door.end();
    if (name.isEmpty() || authenticators.isEmpty() && authorizers.isEmpty()) {
      throw door.wrong(
          "name", "or rules are missing: write name, and authentication or authorization");
    }
    if (doors.put(name, new DoorRules(authenticators, authorizers)) != null) {
      throw door.wrong("name", "is that of an earlier door, too");
    }
  }

  /** One that was made of a member of this name. */
  private record Part<T>(String kind, T made) {

    /** Rules of the same order are asked by their names: in the order of the file. */
    String name(int place) {
      return "Part%03d.%s".formatted(place + 1, kind);
    }
  }

  private Part<Authenticator> authenticator(Fields fields) throws IOException {
    Part<Authenticator> part;
    if (fields.has("tokenFile")) {
      var tokens = new TokenFile(path(fields, "tokenFile"));
      reloads.add(tokens::reload);
      part = new Part<>("tokenFile", tokens);
    } else if (fields.has("issuers")) {
      JwtAuthenticator jwts = JwtAuthenticator.ofFile(path(fields, "issuers"));
      reloads.add(jwts::reload);
      part = new Part<>("issuers", jwts);
    } else if (fields.has("tokenReview")) {
      Fields review = fields.object("tokenReview");
      String version = version(review);
      part =
          new Part<>(
              "tokenReview",
              new TokenReviews(
                  caller(review), version, TokenReviews.DELEGATED_LIFE, System::nanoTime));
      review.end();
    } else {
      throw fields.wrong("tokenFile", "write one of tokenFile, issuers, tokenReview");
    }
    fields.end();
    return part;
  }

  private Part<Authorizer> authorizer(Fields fields) throws IOException {
    Part<Authorizer> part;
    if (fields.has("abacFile")) {
      var policies = new AbacFile(path(fields, "abacFile"));
      reloads.add(policies::reload);
      part = new Part<>("abacFile", policies);
    } else if (fields.has("rbacFile")) {
      var roles = new RbacFile(path(fields, "rbacFile"));
      reloads.add(roles::reload);
      part = new Part<>("rbacFile", roles);
    } else if (fields.has("rbacOfCluster")) {
      Fields cluster = fields.object("rbacOfCluster");
      var roles = new ClusterRbac(client(cluster));
      cluster.end();
      resources.add(roles);
      reloads.add(roles::connect);
      part = new Part<>("rbacOfCluster", roles);
    } else if (fields.has("subjectAccessReview")) {
      Fields review = fields.object("subjectAccessReview");
      String version = version(review);
      part =
          new Part<>(
              "subjectAccessReview",
              new SubjectAccessReviews(
                  caller(review), version, SubjectAccessReviews.Life.DELEGATED, System::nanoTime));
      review.end();
    } else if (fields.has("always")) {
      String what = fields.text("always");
      part =
          new Part<>(
              "always",
              switch (what) {
                case "Allow" -> new AlwaysAllow();
                case "NoOpinion" -> new AlwaysDeny();
                default -> throw fields.wrong("always", "write Allow or NoOpinion");
              });
    } else {
      throw fields.wrong(
          "abacFile",
          "write one of abacFile, rbacFile, rbacOfCluster, subjectAccessReview, always");
    }
    fields.end();
    return part;
  }

  private Path path(Fields fields, String name) {
    return path.resolveSibling(fields.text(name));
  }

  private static String version(Fields fields) {
    String version = fields.text("version");
    if (!version.isEmpty() && !version.equals("v1") && !version.equals("v1beta1")) {
      throw fields.wrong("version", "write v1 or v1beta1");
    }
    return version.isEmpty() ? "v1" : version;
  }

  private ReviewCaller caller(Fields fields) {
    ClusterClient client = client(fields);
    resources.add(client);
    return ReviewClient.of(client, "", fields.path("kubeconfig"));
  }

  private ClusterClient client(Fields fields) {
    if (fields.text("kubeconfig").isEmpty()) {
      throw fields.wrong("kubeconfig", "is missing: name a file");
    }
    try {
      return ClusterClient.open(path(fields, "kubeconfig"), TIMEOUT);
    } catch (IllegalArgumentException e) {
      throw fields.wrong("kubeconfig", String.valueOf(e.getMessage()));
    }
  }
}
