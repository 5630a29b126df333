package io.usher.parts;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.BootstrapPolicy;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.ReloadedFile;
import io.usher.json.Yaml;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Roles and bindings of a file of YAML documents, beside Kubernetes' default ones. Read again while
 * the server runs.
 */
final class RbacFile implements Authorizer {

  private static final ObjectMapper TREES = new ObjectMapper();

  private final ReloadedFile<RbacAuthorizer> file;

  RbacFile(Path path) throws IOException {
    file = new ReloadedFile<>(path, RbacFile::parse);
  }

  void reload() {
    file.reload();
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    return file.current().authorize(user, request);
  }

  private static RbacAuthorizer parse(Path path, String text) throws BadFileException {
    var rbac = new RbacAuthorizer();
    BootstrapPolicy.objects().forEach(rbac::put);
    try (JsonParser parser = Yaml.parser(text)) {
      for (JsonNode each : TREES.readerFor(JsonNode.class).<JsonNode>readValues(parser).readAll()) {
        if (each.path("kind").asText().startsWith("Role")
            && each.at("/metadata/namespace").asText().isEmpty()) {
          throw new BadFileException(
              path,
              each.path("kind").asText()
                  + " "
                  + each.at("/metadata/name").asText()
                  + " has no namespace");
        }
        rbac.put(each);
      }
      return rbac;
    } catch (BadFileException e) {
      throw e;
    } catch (JsonProcessingException e) {
      throw new BadFileException(path, "is no YAML");
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFileException(path, String.valueOf(e.getMessage()));
    }
  }
}
