package io.usher.cel;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kubernetes' functions of its authorizer. */
final class AuthorizerFunctions {

  static final String AUTHORIZER = "kubernetes.authorization.Authorizer";
  static final String RESOURCE_CHECK = "kubernetes.authorization.ResourceCheck";
  private static final String PATH_CHECK = "kubernetes.authorization.PathCheck";
  private static final String GROUP_CHECK = "kubernetes.authorization.GroupCheck";
  private static final String DECISION = "kubernetes.authorization.Decision";

  private static final int LABEL_LENGTH = 63;
  private static final int SUBDOMAIN_LENGTH = 253;
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile(LABEL.pattern() + "(\\." + LABEL.pattern() + ")*");

  private AuthorizerFunctions() {}

  record Root(Authorizer authorizer, Authorizer.@Nullable ServiceAccount account)
      implements Values.Opaque {
    @Override
    public String typeName() {
      return AUTHORIZER;
    }
  }

  private record PathCheck(Root root, String path) implements Values.Opaque {
    @Override
    public String typeName() {
      return PATH_CHECK;
    }
  }

  private record GroupCheck(Root root, String group) implements Values.Opaque {
    @Override
    public String typeName() {
      return GROUP_CHECK;
    }
  }

  record ResourceCheck(Root root, Authorizer.ResourceQuery query) implements Values.Opaque {
    @Override
    public String typeName() {
      return RESOURCE_CHECK;
    }

    private ResourceCheck with(
        String subresource, String namespace, String name, String fields, String labels) {
      return new ResourceCheck(
          root,
          new Authorizer.ResourceQuery(
              query.serviceAccount(),
              query.group(),
              query.resource(),
              subresource,
              namespace,
              name,
              fields,
              labels,
              query.verb()));
    }

    private Object check(String verb) {
      return new Answer(
          root.authorizer()
              .decide(
                  new Authorizer.ResourceQuery(
                      query.serviceAccount(),
                      query.group(),
                      query.resource(),
                      query.subresource(),
                      query.namespace(),
                      query.name(),
                      query.fieldSelector(),
                      query.labelSelector(),
                      verb)));
    }
  }

  private record Answer(Authorizer.Decision decision) implements Values.Opaque {
    @Override
    public String typeName() {
      return DECISION;
    }
  }

  private interface Change {
    ResourceCheck of(ResourceCheck check, Authorizer.ResourceQuery query, String text);
  }

  static void addTo(Library library) {
    library
        .add(
            "authorizer_path .path " + AUTHORIZER + ",string " + PATH_CHECK,
            (a, m) ->
                text(a[1]).isBlank()
                    ? new Fault("path must not be empty")
                    : new PathCheck((Root) a[0], text(a[1])))
        .add(
            "authorizer_group .group " + AUTHORIZER + ",string " + GROUP_CHECK,
            (a, m) -> new GroupCheck((Root) a[0], text(a[1])))
        .add(
            "authorizer_serviceaccount .serviceAccount "
                + AUTHORIZER
                + ",string,string "
                + AUTHORIZER,
            (a, m) -> serviceAccount((Root) a[0], text(a[1]), text(a[2])))
        .add(
            "groupcheck_resource .resource " + GROUP_CHECK + ",string " + RESOURCE_CHECK,
            (a, m) -> resource((GroupCheck) a[0], text(a[1])))
        .add(
            "pathcheck_check .check " + PATH_CHECK + ",string " + DECISION,
            (a, m) -> check((PathCheck) a[0], text(a[1])))
        .add(
            "resourcecheck_check .check " + RESOURCE_CHECK + ",string " + DECISION,
            (a, m) -> ((ResourceCheck) a[0]).check(text(a[1])))
        .add(
            "decision_errored .errored " + DECISION + " bool",
            (a, m) -> !answer(a[0]).error().isEmpty())
        .add("decision_error .error " + DECISION + " string", (a, m) -> answer(a[0]).error())
        .add("decision_allowed .allowed " + DECISION + " bool", (a, m) -> answer(a[0]).allowed())
        .add("decision_reason .reason " + DECISION + " string", (a, m) -> answer(a[0]).reason());
    change(
        library,
        "resourcecheck_subresource .subresource",
        (c, q, text) ->
            c.with(text, q.namespace(), q.name(), q.fieldSelector(), q.labelSelector()));
    change(
        library,
        "resourcecheck_namespace .namespace",
        (c, q, text) ->
            c.with(q.subresource(), text, q.name(), q.fieldSelector(), q.labelSelector()));
    change(
        library,
        "resourcecheck_name .name",
        (c, q, text) ->
            c.with(q.subresource(), q.namespace(), text, q.fieldSelector(), q.labelSelector()));
    change(
        library,
        "authorizer_fieldselector .fieldSelector",
        (c, q, text) -> c.with(q.subresource(), q.namespace(), q.name(), text, q.labelSelector()));
    change(
        library,
        "authorizer_labelselector .labelSelector",
        (c, q, text) -> c.with(q.subresource(), q.namespace(), q.name(), q.fieldSelector(), text));
  }

  private static void change(Library library, String name, Change change) {
    library.add(
        name + " " + RESOURCE_CHECK + ",string " + RESOURCE_CHECK,
        (a, m) -> {
          ResourceCheck check = (ResourceCheck) a[0];
          return change.of(check, check.query(), text(a[1]));
        });
  }

  private static String text(Object value) {
    return (String) value;
  }

  private static Authorizer.Decision answer(Object value) {
    return ((Answer) value).decision();
  }

  private static Object check(PathCheck check, String verb) {
    Root root = check.root();
    return new Answer(
        root.authorizer().decide(new Authorizer.PathQuery(root.account(), check.path(), verb)));
  }

  private static Object resource(GroupCheck check, String resource) {
    return resource.isBlank()
        ? new Fault("resource must not be empty")
        : new ResourceCheck(
            check.root(),
            new Authorizer.ResourceQuery(
                check.root().account(), check.group(), resource, "", "", "", "", "", ""));
  }

  private static Object serviceAccount(Root root, String namespace, String name) {
    if (name.length() > SUBDOMAIN_LENGTH || !SUBDOMAIN.matcher(name).matches()) {
      return new Fault("Invalid service account name");
    }
    if (namespace.length() > LABEL_LENGTH || !LABEL.matcher(namespace).matches()) {
      return new Fault("Invalid service account namespace");
    }
    return new Root(root.authorizer(), new Authorizer.ServiceAccount(namespace, name));
  }
}
