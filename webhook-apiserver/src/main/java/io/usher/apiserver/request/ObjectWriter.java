package io.usher.apiserver.request;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.Answering;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.authz.Forbidden;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.json.LazyJson;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The verbs create, update and patch. */
final class ObjectWriter {

  /** Names generated until one is free, as kube-apiserver does. */
  private static final int MAX_NAMES = 8;

  /**
   * Writes tried until nobody else was faster. kube-apiserver tries 5 patches; each loser here has
   * a winner, so that eight writers at one object need some more.
   */
  private static final int MAX_TRIES = 64;

  private static final JsonPointer MANAGED_FIELDS = JsonPointer.compile("/metadata/managedFields");

  private static final Pattern NUMBER = Pattern.compile("\\d*");

  private static final String MODIFIED =
      "the object has been modified; please apply your changes to the latest version and try again";

  private final Storage storage;
  private final Admission admission;
  private final BodyReader bodies;
  private final ObjectDecoder decoder;
  private final FieldOwners owners;
  private final Authorizer authorizer;
  private final Clock clock;
  private final Random random;

  /**
   * @param authorizer asked where a change creates an object
   */
  ObjectWriter(
      Storage storage,
      Admission admission,
      BodyReader bodies,
      ObjectDecoder decoder,
      FieldOwners owners,
      Authorizer authorizer,
      Clock clock,
      Random random) {
    this.storage = storage;
    this.admission = admission;
    this.bodies = bodies;
    this.decoder = decoder;
    this.owners = owners;
    this.authorizer = authorizer;
    this.clock = clock;
    this.random = random;
  }

  ApiResponse create(Call call) {
    WriteOptions options = WriteOptions.of(call.request().query(), "CreateOptions", false);
    var warnings = new ArrayList<String>();
    Body body = bodies.object(call.request(), call.resource());
    ObjectNode object = decoder.object(body, call.resource(), options.fieldValidation(), warnings);
    return createSent(call, object, options, warnings);
  }

  private ApiResponse createSent(
      Call call, ObjectNode object, WriteOptions options, List<String> warnings) {
    ObjectNode metadata = ObjectMeta.of(object);
    removeVersion(metadata);
    ObjectMeta.wipe(metadata);
    setNamespace(metadata, call);
    return create(call, owners.created(call, object, options), options, warnings);
  }

  /** Creates an object of which it is known who owns what. */
  private ApiResponse create(
      Call call, ObjectNode object, WriteOptions options, List<String> warnings) {
    ResourceType type = call.resource().type();
    AdmissionAttributes attributes =
        admission.admit(
            call,
            Operation.CREATE,
            ObjectMeta.text(object, "name"),
            object,
            null,
            options.toJson("CreateOptions"),
            options.dryRun());
    // A webhook may write here what a client may not.
    removeVersion(ObjectMeta.of(attributes.written()));
    setNamespace(ObjectMeta.of(attributes.written()), call);
    Answering answering = type.answering();
    if (answering != null) {
      admission.validate(call, attributes);
      answering.answer(attributes.written(), call.user(), call.info().namespace());
      return call.renderer().object(201, attributes.written(), warnings);
    }
    if (call.resource().hasStatusSubresource() && !type.strategy().takesStatusOnCreate()) {
      attributes.written().remove("status");
    }
    ObjectMeta.fill(ObjectMeta.of(attributes.written()), clock, type.strategy().tracksGeneration());
    type.strategy().prepareForCreate(attributes.written());
    type.strategy().createdBy(attributes.written(), call.user());
    // Admission and the strategy may have left out what is always there.
    call.resource().version().schema().setDefaults(attributes.written());
    return store(call, attributes, options, warnings);
  }

  private ApiResponse store(
      Call call, AdmissionAttributes attributes, WriteOptions options, List<String> warnings) {
    ResourceType type = call.resource().type();
    ObjectNode object = attributes.written();
    boolean generated =
        ObjectMeta.text(object, "name").isEmpty()
            && !ObjectMeta.text(object, "generateName").isEmpty();
    for (int names = 1; ; names++) {
      if (generated) {
        ObjectMeta.generateName(ObjectMeta.of(object), random);
      }
      List<FieldError> errors = new ArrayList<>(ObjectMetaChecks.check(object, type));
      errors.addAll(call.resource().version().schema().validate(object));
      errors.addAll(type.strategy().validate(object));
      requireValid(object, call.resource(), errors);
      admission.validate(call, attributes);
      String name = ObjectMeta.text(object, "name");
      String key = StoredObject.key(call.keyNamespace(), name);
      StoredObject stored =
          options.dryRun()
              ? null
              : storage.put(
                  type.storage(), key, 0, Draft.of(Served.toStored(object, call.resource())));
      boolean free = stored != null;
      if (options.dryRun()) {
        free = storage.get(type.storage(), key) == null;
      }
      if (free) {
        warnings.addAll(type.strategy().warnings(object));
        warnings.addAll(attributes.warnings());
        return stored == null
            ? call.renderer().object(201, object, warnings)
            : call.renderer().object(201, stored, warnings);
      }
      if (!generated || names == MAX_NAMES) {
        throw new ApiException(taken(storage.get(type.storage(), key), type, name));
      }
    }
  }

  /** Who creates by another verb must be allowed to create. */
  private void requireCreate(Call call) {
    RequestInfo info = call.info().withVerb("create");
    Authorizer.Decision decision = authorizer.authorize(call.user(), info);
    if (!decision.allowed()) {
      throw new ApiException(Forbidden.status(call.user(), info, decision.reason()));
    }
  }

  private static void removeVersion(ObjectNode metadata) {
    if (!metadata.path("resourceVersion").asText().isEmpty()) {
      throw new ApiException(
          new Status(500, "", "resourceVersion should not be set on objects to be created", null));
    }
    metadata.remove("resourceVersion");
  }

  private static Status taken(@Nullable StoredObject present, ResourceType type, String name) {
    Status status = Status.alreadyExists(type.groupResource(), name);
    return present != null && ObjectMeta.isBeingDeleted(new StoredTree(present).tree())
        ? new Status(
            status.code(),
            status.reason(),
            "object is being deleted: " + status.message(),
            status.details())
        : status;
  }

  private static void setNamespace(ObjectNode metadata, Call call) {
    String expected = call.keyNamespace();
    String stated = metadata.path("namespace").asText();
    if (expected.isEmpty()) {
      metadata.remove("namespace");
    } else if (stated.isEmpty()) {
      metadata.put("namespace", expected);
    } else if (!stated.equals(expected)) {
      throw new ApiException(
          Status.badRequest(
              "the namespace of the provided object does not match the namespace sent on the"
                  + " request"));
    }
  }

  private static void requireValid(
      ObjectNode object, ApiResource resource, List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw new ApiException(
          Status.invalid(
              resource.type().group(),
              resource.type().kind(),
              ObjectMeta.text(object, "name"),
              errors));
    }
  }

  /** PUT of an object, or of a part of it. */
  ApiResponse update(Call call, Subresource.@Nullable Part part) {
    WriteOptions options = WriteOptions.of(call.request().query(), "UpdateOptions", false);
    var warnings = new ArrayList<String>();
    Body body = bodies.object(call.request(), call.resource());
    ObjectNode object = decoder.object(body, call.resource(), options.fieldValidation(), warnings);
    ObjectNode metadata = ObjectMeta.of(object);
    setNamespace(metadata, call);
    requireStatedName(object, call);
    boolean unconditional = metadata.path("resourceVersion").asText().isEmpty();
    if (part == null
        && call.resource().type().strategy().allowsCreateOnUpdate()
        && storage.get(call.resource().type().storage(), key(call)) == null) {
      requireCreate(call);
      return createSent(call, object, options, warnings);
    }
    return write(
        call,
        part,
        options,
        warnings,
        false,
        current -> {
          ObjectNode next = LazyJson.copy(object);
          if (unconditional && !call.resource().type().strategy().allowsUnconditionalUpdate()) {
            ResourceType type = call.resource().type();
            var error =
                FieldError.invalid(
                    "metadata.resourceVersion",
                    IntNode.valueOf(0),
                    "must be specified for an update");
            throw new ApiException(
                Status.invalid(type.group(), type.plural(), call.info().name(), List.of(error)));
          }
          requireSameUid(next, current, call);
          return next;
        });
  }

  private static void requireSameUid(ObjectNode object, ObjectNode current, Call call) {
    String uid = ObjectMeta.text(object, "uid");
    String present = ObjectMeta.text(current, "uid");
    if (!uid.isEmpty() && !uid.equals(present)) {
      throw new ApiException(
          Status.conflict(
              call.resource().type().groupResource(),
              call.info().name(),
              "StorageError: invalid object, Code: 4, Key: /registry/"
                  + call.resource().type().plural()
                  + '/'
                  + key(call)
                  + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in"
                  + " precondition: "
                  + uid
                  + ", UID in object meta: "
                  + present));
    }
  }

  /** PATCH of an object, or of a part of it. */
  ApiResponse patch(Call call, Subresource.@Nullable Part part) {
    MediaType type = BodyReader.mediaType(call.request());
    if (Patches.isApply(type)) {
      return apply(call, part);
    }
    WriteOptions options = WriteOptions.of(call.request().query(), "PatchOptions", false);
    Patches patches = Patches.of(type, call.resource());
    Body body = bodies.patch(call.request());
    patches.check(body.json());
    var warnings = new ArrayList<String>();
    return write(
        call,
        part,
        options,
        warnings,
        false,
        current -> {
          warnings.clear();
          ObjectNode patched = patches.apply(current, body.copy().json(), call.resource());
          ObjectNode object =
              decoder.patched(patched, body, call.resource(), options.fieldValidation(), warnings);
          setNamespace(ObjectMeta.of(object), call);
          requireName(object, call);
          return object;
        });
  }

  /** PATCH that says what the caller wants of an object, which it may create. */
  private ApiResponse apply(Call call, Subresource.@Nullable Part part) {
    WriteOptions options = WriteOptions.of(call.request().query(), "PatchOptions", true);
    Body body = bodies.applied(call.request());
    var warnings = new ArrayList<String>();
    ObjectDecoder.requireOnce(body, options.fieldValidation(), warnings);
    boolean exists = storage.get(call.resource().type().storage(), key(call)) != null;
    if (part == null && !exists) {
      ObjectNode object = applied(call, null, body, options);
      String uid = ObjectMeta.text(object, "uid");
      if (!uid.isEmpty()) {
        throw new ApiException(
            Status.conflict(
                call.resource().type().groupResource(),
                call.info().name(),
                "uid mismatch: the provided object specified uid "
                    + uid
                    + ", and no existing object was found"));
      }
      ObjectNode metadata = ObjectMeta.of(object);
      removeVersion(metadata);
      ObjectMeta.wipe(metadata);
      setNamespace(metadata, call);
      requireStatedName(object, call);
      requireCreate(call);
      return create(call, object, options, warnings);
    }
    return write(
        call,
        part,
        options,
        warnings,
        true,
        current -> {
          ObjectNode object = applied(call, current, body, options);
          setNamespace(ObjectMeta.of(object), call);
          requireStatedName(object, call);
          return object;
        });
  }

  private ObjectNode applied(
      Call call, @Nullable ObjectNode current, Body body, WriteOptions options) {
    return ObjectDecoder.applied(
        owners.applied(call, current, body.json(), options), call.resource());
  }

  /** An object that replaces another says its name, which is the one in the path. */
  static void requireStatedName(ObjectNode object, Call call) {
    if (ObjectMeta.text(object, "name").isEmpty()) {
      throw new ApiException(
          Status.badRequest(
              "the name of the object ("
                  + call.info().name()
                  + " based on URL) was undeterminable: name must be provided"));
    }
    requireName(object, call);
  }

  private static void requireName(ObjectNode object, Call call) {
    String name = ObjectMeta.text(object, "name");
    if (!name.equals(call.info().name())) {
      throw new ApiException(
          Status.badRequest(
              "the name of the object ("
                  + name
                  + ") does not match the name on the URL ("
                  + call.info().name()
                  + ")"));
    }
  }

  private static String key(Call call) {
    return StoredObject.key(call.keyNamespace(), call.info().name());
  }

  /**
   * Changes an object, again when somebody else was faster.
   *
   * @param applies whether the change says who owns what
   * @param change makes the new object of the present one, which it may edit
   */
  ApiResponse write(
      Call call,
      Subresource.@Nullable Part part,
      WriteOptions options,
      List<String> warnings,
      boolean applies,
      UnaryOperator<ObjectNode> change) {
    GroupResource resource = call.resource().type().groupResource();
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      StoredObject stored = storage.get(call.resource().type().storage(), key(call));
      if (stored == null) {
        throw new ApiException(Status.notFound(resource, call.info().name()));
      }
      ApiResponse response = tryWrite(call, part, options, stored, applies, change, warnings);
      if (response != null) {
        return response;
      }
    }
    throw new ApiException(Status.conflict(resource, call.info().name(), MODIFIED));
  }

  private @Nullable ApiResponse tryWrite(
      Call call,
      Subresource.@Nullable Part part,
      WriteOptions options,
      StoredObject stored,
      boolean applies,
      UnaryOperator<ObjectNode> change,
      List<String> warnings) {
    ApiResource resource = call.resource();
    ResourceType type = resource.type();
    ObjectNode old = Served.tree(stored, resource);
    ObjectNode object = change.apply(LazyJson.copy(old));
    requireVersion(object, stored, call);
    object =
        part == null
            ? keepingWhatTheServerSets(object, old, resource)
            : withPart(object, old, part);
    if (part != null) {
      type.strategy().prepareForPartUpdate(part.name(), object, old);
    }
    if (!applies) {
      object = owners.updated(call, old, object, options);
    }
    AdmissionAttributes attributes =
        admission.admit(
            call,
            Operation.UPDATE,
            call.info().name(),
            object,
            old,
            options.toJson("UpdateOptions"),
            options.dryRun());
    object = attributes.written();
    requireVersion(object, stored, call);
    if (part == null) {
      type.strategy().prepareForUpdate(object, old);
      resource.version().schema().setDefaults(object);
    }
    if (type.strategy().tracksGeneration() && isNewGeneration(object, old, part, resource)) {
      ObjectMeta.of(object).put("generation", old.at("/metadata/generation").asLong() + 1);
    }
    validate(object, old, part, resource);
    admission.validate(call, attributes);
    var told = new ArrayList<String>(warnings);
    told.addAll(type.strategy().warningsOnUpdate(object, old));
    told.addAll(attributes.warnings());
    if (isSame(object, old) && !storesAnew(object, stored, resource)) {
      return call.renderer().object(200, stored, told);
    }
    if (options.dryRun()) {
      return call.renderer().object(200, object, told);
    }
    if (Removal.isDue(object, type)) {
      return storage.delete(type.storage(), stored.key(), stored.version()) == null
          ? null
          : call.renderer().object(200, object, told);
    }
    StoredObject written =
        storage.put(
            type.storage(),
            stored.key(),
            stored.version(),
            Draft.of(Served.toStored(object, resource)));
    return written == null ? null : call.renderer().object(200, written, told);
  }

  private static void requireVersion(ObjectNode object, StoredObject stored, Call call) {
    ObjectNode metadata = ObjectMeta.of(object);
    String stated = metadata.path("resourceVersion").asText();
    String present = Long.toString(stored.version());
    if (!NUMBER.matcher(stated).matches()) {
      throw new ApiException(
          new Status(
              500, "", "strconv.ParseUint: parsing \"" + stated + "\": invalid syntax", null));
    }
    if (!stated.isEmpty() && !stated.equals("0") && !stated.equals(present)) {
      throw new ApiException(
          Status.conflict(call.resource().type().groupResource(), call.info().name(), MODIFIED));
    }
    metadata.put("resourceVersion", present);
  }

  /** The new object with what only the server changes, and {@code status} where it is apart. */
  private static ObjectNode keepingWhatTheServerSets(
      ObjectNode object, ObjectNode old, ApiResource resource) {
    ObjectNode metadata = ObjectMeta.of(object);
    ObjectNode before = ObjectMeta.of(old);
    metadata.remove("selfLink");
    for (String field : List.of("namespace", "uid", "generateName")) {
      if (metadata.path(field).asText().isEmpty()) {
        keep(metadata, before, field);
      }
    }
    for (String field :
        List.of(
            "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")) {
      keep(metadata, before, field);
    }
    if (resource.hasStatusSubresource()) {
      keep(object, old, "status");
    }
    return object;
  }

  private static void keep(ObjectNode object, ObjectNode old, String field) {
    JsonNode value = old.get(field);
    if (value == null) {
      object.remove(field);
    } else {
      // A copy: admission may edit the new object, and the old one must stay.
      object.set(field, LazyJson.copy(value));
    }
  }

  /** The old object with the part of the new one. */
  private static ObjectNode withPart(ObjectNode object, ObjectNode old, Subresource.Part part) {
    ObjectNode merged = LazyJson.copy(old);
    keep(ObjectMeta.of(merged), ObjectMeta.of(object), "managedFields");
    for (String field : part.fields()) {
      String[] names = field.split("\\.");
      ObjectNode to = merged;
      JsonNode from = object;
      for (int i = 0; i < names.length - 1; i++) {
        to = to.withObjectProperty(names[i]);
        from = from.path(names[i]);
      }
      String last = names[names.length - 1];
      JsonNode value = from.get(last);
      if (value == null) {
        to.remove(last);
      } else {
        to.set(last, value);
      }
    }
    return merged;
  }

  private static boolean storesAnew(ObjectNode object, StoredObject stored, ApiResource resource) {
    return resource
        .version()
        .conversion()
        .storesAnew(Served.toStored(object, resource), new StoredTree(stored).tree());
  }

  /** Whether nothing but the times of managers changed; they are then as they were. */
  private static boolean isSame(ObjectNode object, ObjectNode old) {
    if (object.equals(old)) {
      return true;
    }
    JsonNode managers = object.at(MANAGED_FIELDS);
    JsonNode before = old.at(MANAGED_FIELDS);
    if (managers.isMissingNode() || !withoutTimes(managers).equals(withoutTimes(before))) {
      return false;
    }
    ObjectMeta.of(object).set("managedFields", before);
    boolean same = object.equals(old);
    ObjectMeta.of(object).set("managedFields", managers);
    return same;
  }

  private static JsonNode withoutTimes(JsonNode managers) {
    JsonNode copy = managers.deepCopy();
    copy.forEach(each -> ((ObjectNode) each).remove("time"));
    return copy;
  }

  private static boolean isNewGeneration(
      ObjectNode object, ObjectNode old, Subresource.@Nullable Part part, ApiResource resource) {
    String annotations = "/metadata/annotations";
    Set<String> apart =
        resource.hasStatusSubresource() ? Set.of("metadata", "status") : Set.of("metadata");
    return !containsAll(object, old, apart)
        || !containsAll(old, object, apart)
        || (part == null
            && resource.type().strategy().generationCountsAnnotations()
            && !object.at(annotations).equals(old.at(annotations)));
  }

  /** Whether an object has all members of another, but for those that stand apart. */
  private static boolean containsAll(ObjectNode object, ObjectNode other, Set<String> apart) {
    for (Map.Entry<String, JsonNode> member : other.properties()) {
      String name = member.getKey();
      if (!apart.contains(name)
          && !LazyJson.sameSource(member.getValue(), object.path(name))
          && !member.getValue().equals(object.get(name))) {
        return false;
      }
    }
    return true;
  }

  private static void validate(
      ObjectNode object, ObjectNode old, Subresource.@Nullable Part part, ApiResource resource) {
    ResourceType type = resource.type();
    List<FieldError> errors = new ArrayList<>(ObjectMetaChecks.check(object, type));
    // kube-apiserver looks at them twice, and tells of both.
    List<FieldError> changed = ObjectMetaChecks.checkUpdate(object, old);
    errors.addAll(changed);
    errors.addAll(changed);
    ObjectSchema schema = resource.version().schema();
    errors.addAll(
        part == null
            ? schema.validateUpdate(object, old)
            : schema.validateStatusUpdate(object, old));
    errors.addAll(
        part == null
            ? type.strategy().validateUpdate(object, old)
            : type.strategy().validatePartUpdate(part.name(), object, old));
    requireValid(object, resource, errors);
  }
}
