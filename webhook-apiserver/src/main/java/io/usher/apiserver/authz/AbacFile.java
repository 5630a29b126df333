package io.usher.apiserver.authz;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.ReloadedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mode {@code ABAC}: a file with a policy a line, as kube-apiserver's {@code
 * --authorization-policy-file}, but read again while the server runs. Empty lines and those that
 * begin with {@code #} are skipped. A request that no policy matches is left to the next
 * authorizer.
 */
public final class AbacFile implements Authorizer, RuleResolver {

  private static final Logger LOG = LoggerFactory.getLogger(AbacFile.class);

  private static final Decision MATCHED = Decision.allow("");
  private static final Decision NOT_MATCHED = Decision.noOpinion("No policy matched.");

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final ReloadedFile<List<AbacPolicy>> policies;

  /**
   * Reads the file.
   *
   * @throws IOException when it can't be read or is bad; the message names file and line
   */
  public AbacFile(Path path) throws IOException {
    policies = new ReloadedFile<>(path, AbacFile::parse);
  }

  /** Takes over what the file says now; keeps what it said when it is bad. */
  public void reload() {
    policies.reload();
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    for (AbacPolicy policy : policies.current()) {
      if (policy.allows(user, request)) {
        return MATCHED;
      }
    }
    return NOT_MATCHED;
  }

  @Override
  public SubjectRules rulesFor(UserInfo user, String namespace) {
    return SubjectRules.of(
        policies.current().stream()
            .filter(policy -> policy.isFor(user))
            .flatMap(policy -> policy.rules(namespace).stream())
            .toList());
  }

  private static List<AbacPolicy> parse(Path path, String text) throws BadFileException {
    var policies = new ArrayList<AbacPolicy>();
    int unversioned = 0;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.strip().startsWith("#")) {
        continue;
      }
      try {
        JsonNode json = JSON.readTree(line);
        unversioned += json.has("apiVersion") ? 0 : 1;
        policies.add(AbacPolicy.of(json));
      } catch (JsonProcessingException e) {
        throw new BadFileException(path, number, "is no JSON: " + problem(e));
      } catch (IllegalArgumentException e) {
        throw new BadFileException(path, number, String.valueOf(e.getMessage()));
      }
    }
    if (unversioned > 0) {
      LOG.warn(
          "{} has {} policies in the old form, which match whatever they leave out",
          path,
          unversioned);
    }
    return List.copyOf(policies);
  }

  private static String problem(JsonProcessingException e) {
    var location = e.getLocation();
    // Jackson names the place twice, once with a word on a source that it does not show.
    return e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "")
        + (location == null ? "" : " (column " + location.getColumnNr() + ')');
  }
}
