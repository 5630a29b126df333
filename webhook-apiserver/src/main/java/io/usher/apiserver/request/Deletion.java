package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The verbs delete and deletecollection. */
final class Deletion {

  private static final int MAX_TRIES = 64;

  private final Storage storage;
  private final Admission admission;
  private final BodyReader bodies;
  private final ObjectReader reader;
  private final Removal removal;

  Deletion(
      Storage storage,
      Admission admission,
      BodyReader bodies,
      ObjectReader reader,
      Removal removal) {
    this.storage = storage;
    this.admission = admission;
    this.bodies = bodies;
    this.reader = reader;
    this.removal = removal;
  }

  ApiResponse delete(Call call) {
    DeleteOptions options = options(call);
    var warnings = new ArrayList<String>();
    String name = call.info().name();
    Removal.Gone gone =
        delete(call, StoredObject.key(call.keyNamespace(), name), options, warnings);
    if (gone == null) {
      throw new ApiException(Status.notFound(call.resource().type().groupResource(), name));
    }
    ResourceType type = call.resource().type();
    if (!gone.removed() || type.strategy().returnsDeletedObject()) {
      return call.renderer()
          .object(200, Served.fromStored(gone.object(), call.resource()), warnings);
    }
    return call.renderer().document(200, success(type, gone.object()), warnings);
  }

  private static ObjectNode success(ResourceType type, ObjectNode object) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").putObject("metadata");
    ObjectNode details = status.put("status", "Success").putObject("details");
    details.put("name", ObjectMeta.text(object, "name"));
    if (!type.group().isEmpty()) {
      details.put("group", type.group());
    }
    details.put("kind", type.plural()).put("uid", ObjectMeta.text(object, "uid"));
    return status;
  }

  CompletionStage<ApiResponse> deleteCollection(Call call) {
    DeleteOptions options = options(call);
    return reader.page(
        call,
        page -> {
          for (StoredObject each : page.objects()) {
            delete(call, each.key(), options, new ArrayList<>());
          }
          return call.renderer().list(page.objects(), page.metadata());
        });
  }

  private DeleteOptions options(Call call) {
    return DeleteOptions.of(bodies.deleteOptions(call.request()), call.request().query());
  }

  private Removal.@Nullable Gone delete(
      Call call, String key, DeleteOptions options, List<String> warnings) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      ResourceType type = call.resource().type();
      StoredObject stored = storage.get(type.storage(), key);
      if (stored == null) {
        return null;
      }
      requirePreconditions(stored, type, options);
      AdmissionAttributes attributes =
          admission.admit(
              call,
              Operation.DELETE,
              stored.name(),
              null,
              Served.tree(stored, call.resource()),
              options.json(),
              options.dryRun());
      admission.validate(call, attributes);
      warnings.addAll(attributes.warnings());
      Removal.Gone gone = removal.remove(stored, type, options);
      if (gone != null) {
        return gone;
      }
    }
    throw new ApiException(
        Status.conflict(
            call.resource().type().groupResource(),
            key,
            "the object changes faster than it can be deleted; please try again"));
  }

  private static void requirePreconditions(
      StoredObject stored, ResourceType type, DeleteOptions options) {
    var kind = new GroupResource(type.group(), type.kind());
    ObjectNode object = new StoredTree(stored).tree();
    String uid = ObjectMeta.text(object, "uid");
    if (!options.uid().isEmpty() && !options.uid().equals(uid)) {
      throw new ApiException(
          Status.conflict(
              kind,
              stored.name(),
              "the UID in the precondition ("
                  + options.uid()
                  + ") does not match the UID in record ("
                  + uid
                  + "). The object might have been deleted and then recreated"));
    }
    String version = Long.toString(stored.version());
    if (!options.resourceVersion().isEmpty() && !options.resourceVersion().equals(version)) {
      throw new ApiException(
          Status.conflict(
              kind,
              stored.name(),
              "the ResourceVersion in the precondition ("
                  + options.resourceVersion()
                  + ") does not match the ResourceVersion in record ("
                  + version
                  + "). The object might have been modified"));
    }
  }
}
