package io.usher.apiserver.authn.jwt;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.Fields;
import io.usher.json.Yaml;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file of kind {@code AuthenticationConfiguration} says: whose tokens count, and who may
 * come without a credential. The file of kube-apiserver's {@code --authentication-config}.
 *
 * @param issuers each of another URL
 * @param anonymous null where the file does not say
 */
public record AuthenticationConfiguration(List<JwtIssuer> issuers, @Nullable Anonymous anonymous) {

  private static final String GROUP = "apiserver.config.k8s.io/";
  private static final Set<String> VERSIONS = Set.of("v1", "v1beta1", "v1alpha1");

  /** As kube-apiserver bounds them. */
  private static final int MAX_ISSUERS = 64;

  private static final ObjectMapper TREES = new ObjectMapper();

  /**
   * Callers without a credential.
   *
   * @param enabled whether they are {@code system:anonymous}
   * @param paths where they may come; empty for everywhere
   */
  public record Anonymous(boolean enabled, Set<String> paths) {
    public Anonymous {
      paths = Set.copyOf(paths);
    }

    /** Whether a caller without a credential may ask for this path. */
    public boolean covers(String path) {
      return enabled && (paths.isEmpty() || paths.contains(path));
    }
  }

  public AuthenticationConfiguration {
    issuers = List.copyOf(issuers);
  }

  /**
   * Reads a file.
   *
   * @throws BadFileException when it is none; the message names the field
   */
  public static AuthenticationConfiguration parse(Path path, String text) throws BadFileException {
    try (JsonParser parser = Yaml.parser(text)) {
      JsonNode tree = TREES.readTree(parser);
      if (tree == null || parser.nextToken() != null) {
        throw new BadFileException(path, "holds no document, or several: write one");
      }
      return of(tree);
    } catch (BadFileException e) {
      throw e;
    } catch (JsonProcessingException e) {
      var location = e.getLocation();
      throw location == null
          ? new BadFileException(path, "is no YAML")
          : new BadFileException(path, location.getLineNr(), "is no YAML");
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFileException(path, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException names the field, what is wrong with it and what to write
   */
  public static AuthenticationConfiguration of(JsonNode json) {
    Fields fields = Fields.of(json);
    String version = fields.text("apiVersion");
    String kind = fields.text("kind");
    if (!kind.equals("AuthenticationConfiguration")
        || !version.startsWith(GROUP)
        || !VERSIONS.contains(version.substring(GROUP.length()))) {
      throw new IllegalArgumentException(
          "it is no AuthenticationConfiguration: write apiVersion: "
              + GROUP
              + "v1, kind: AuthenticationConfiguration");
    }
    var issuers = new ArrayList<JwtIssuer>();
    var urls = new HashSet<String>();
    for (Fields each : fields.objects("jwt")) {
      JwtIssuer issuer = JwtIssuer.of(each);
      if (!urls.add(issuer.url())) {
        throw each.wrong("issuer.url", "is that of an earlier issuer, too");
      }
      issuers.add(issuer);
    }
    if (issuers.size() > MAX_ISSUERS) {
      throw fields.wrong("jwt", "has more than " + MAX_ISSUERS + " entries");
    }
    Anonymous anonymous = fields.has("anonymous") ? anonymous(fields.object("anonymous")) : null;
    fields.end();
    return new AuthenticationConfiguration(issuers, anonymous);
  }

  /**
   * The same, with tokens that are signed by some of the algorithms alone: RS256.
   *
   * @throws IllegalArgumentException when one of them is not known
   */
  public AuthenticationConfiguration signedBy(Set<String> algorithms) {
    return new AuthenticationConfiguration(
        issuers.stream().map(each -> each.signedBy(algorithms)).toList(), anonymous);
  }

  private static Anonymous anonymous(Fields fields) {
    boolean enabled = fields.bool("enabled");
    var paths = new HashSet<String>();
    for (Fields each : fields.objects("conditions")) {
      String path = each.text("path");
      if (!path.startsWith("/")) {
        throw each.wrong("path", "is no path: write one such as /healthz");
      }
      paths.add(path);
      each.end();
    }
    if (!enabled && !paths.isEmpty()) {
      throw fields.wrong("conditions", "need enabled: true");
    }
    fields.end();
    return new Anonymous(enabled, paths);
  }
}
