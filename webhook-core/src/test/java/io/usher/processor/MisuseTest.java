package io.usher.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.usher.rule.Webhook;
import io.usher.webhook.InvalidWebhookException;
import io.usher.webhook.WebhookRegistration;
import io.usher.webhook.declaration.MethodDescription;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each misuse is one message, the same from javac and at start. */
class MisuseTest {

  private static final String IMPORTS =
      """
      package com.example;

      import com.fasterxml.jackson.databind.node.ObjectNode;
      import io.fabric8.kubernetes.api.model.*;
      import io.fabric8.kubernetes.api.model.apps.Deployment;
      import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
      import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
      import io.fabric8.kubernetes.client.CustomResource;
      import io.fabric8.kubernetes.model.annotation.*;
      import static io.usher.admission.Operation.*;
      import static io.usher.rule.FailurePolicy.*;
      import io.usher.admission.AdmissionRequest;
      import io.usher.authentication.*;
      import io.usher.authorization.*;
      import io.usher.cluster.*;
      import io.usher.patch.JsonPatch;
      import io.usher.rule.*;
      import io.usher.rule.Scope;
      import java.util.Optional;

      """;

  private static final String VIEWS =
      " is no resource; take a fabric8 model such as Pod, a CustomResource,"
          + " GenericKubernetesResource or ObjectNode, and beside it AdmissionRequest,"
          + " RuleContext or a Lister of what the class reads";

  @TempDir static Path output;
  private static Compilation javac;

  /** A misuse: a rule's source, or a whole class's, and what is said of it. */
  record Misuse(String name, String source, List<String> messages) {

    /** In a package, and with a webhook, of its own. */
    String in(String text) {
      return text.replace("com.example.", "com.example." + name + ".")
          .replace("package com.example;", "package com.example." + name + ";")
          .replace("com/example", "com/example/" + name)
          .replace("a.example.com", name.toLowerCase(Locale.ROOT) + ".example.com");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Misuse type(String name, String source, String... messages) {
    return new Misuse(name, source, List.of(messages));
  }

  private static Misuse attribute(String name, String attributes, String... messages) {
    return type(
        name,
        "@Webhook(name = \"a.example.com\", "
            + attributes
            + ") class Rules { @Mutating(operations = CREATE) void rule(Pod pod) {} }",
        messages);
  }

  private static Misuse rule(String name, String rule, String... messages) {
    return type(
        name,
        "@Webhook(name = \"a.example.com\", validatingFailurePolicy = FAIL) class Rules { "
            + rule
            + " }",
        messages);
  }

  static Stream<Misuse> misuses() {
    return Stream.of(
            webhookMisuses(),
            signatureMisuses(),
            resourceMisuses(),
            readMisuses(),
            handlerMisuses(),
            doorMisuses(),
            matchMisuses(),
            initializeMisuses(),
            conversionMisuses(),
            joinMisuses())
        .flatMap(misuses -> misuses);
  }

  private static Misuse conversion(String name, String conversion, String... messages) {
    return type(
        name,
        """
        @Group("example.com") @Version("v1alpha1") @Kind("Tab") class Alpha
            extends CustomResource<String, String> {}
        @Group("example.com") @Version("v1") @Kind("Tab") class Hub
            extends CustomResource<String, String> {}
        @Group("example.com") @Version("v1") @Kind("Other") class Other
            extends CustomResource<String, String> {}
        @Webhook(name = "a.example.com") class Rules {
        """
            + conversion
            + " }",
        messages);
  }

  private static Stream<Misuse> conversionMisuses() {
    return Stream.of(
        conversion(
            "versionThatDoesNotReachBack",
            "@Converting Hub up(Alpha old) { return null; }",
            "webhook a.example.com: Tab.example.com: nothing converts v1 to v1alpha1, not even by way"
                + " of another version; add @Converting methods until every version reaches every"
                + " other"),
        conversion(
            "spokesWithoutHub",
            """
            @Converting Hub up(Alpha old) { return null; }
            @Converting Alpha down(Hub hub) { return null; }
            @Converting(kind = "Tab.example.com", from = "v1beta1", to = "v1beta2")
            void left(ObjectNode old) {}
            @Converting(kind = "Tab.example.com", from = "v1beta2", to = "v1beta1")
            void right(ObjectNode old) {}
            """,
            "webhook a.example.com: Tab.example.com: nothing converts v1 to v1beta1, v1 to v1beta2,"
                + " v1alpha1 to v1beta1, v1alpha1 to v1beta2, v1beta1 to v1, v1beta1 to v1alpha1,"
                + " v1beta2 to v1, v1beta2 to v1alpha1, not even by way of another version; add"
                + " @Converting methods until every version reaches every other"),
        conversion(
            "sameConversionTwice",
            """
            @Converting Hub up(Alpha old) { return null; }
            @Converting Alpha down(Hub hub) { return null; }
            @Converting(kind = "Tab.example.com", from = "v1", to = "v1alpha1")
            void other(ObjectNode hub) {}
            """,
            "webhook a.example.com: Tab.example.com: several methods convert v1 to v1alpha1; leave"
                + " one of them"),
        conversion(
            "waysOfTheSameLength",
            """
            @Converting(kind = "Tab.example.com", from = "v1", to = "v2") void a(ObjectNode o) {}
            @Converting(kind = "Tab.example.com", from = "v1", to = "v3") void b(ObjectNode o) {}
            @Converting(kind = "Tab.example.com", from = "v2", to = "v4") void c(ObjectNode o) {}
            @Converting(kind = "Tab.example.com", from = "v3", to = "v4") void d(ObjectNode o) {}
            @Converting(kind = "Tab.example.com", from = "v4", to = "v1") void e(ObjectNode o) {}
            """,
            "webhook a.example.com: Tab.example.com: there are several ways of the same length from"
                + " v1 to v4; add a method that goes straight"),
        conversion(
            "conversionThatIsARule",
            "@Converting @Mutating(operations = CREATE) Hub up(Alpha old) { return null; }",
            "Rules.up: is @Converting and something else; make it two methods"),
        conversion(
            "conversionOfNothing",
            "@Converting Hub up(ConversionContext context) { return null; }",
            "Rules.up: takes no object; take the one to convert"),
        conversion(
            "conversionOfTwo",
            "@Converting Hub up(Alpha old, Hub hub) { return null; }",
            "Rules.up: takes two objects; take the one to convert, and return the other"),
        conversion(
            "conversionOfText",
            "@Converting Hub up(String old) { return null; }",
            "Rules.up: java.lang.String is nothing to convert; take a CustomResource with @Group and"
                + " @Version, or ObjectNode, and beside it ConversionContext"),
        conversion(
            "conversionToText",
            "@Converting String up(Alpha old) { return null; }",
            "Rules.up: returns java.lang.String; return a CustomResource with @Group and @Version,"
                + " ObjectNode, or nothing after editing an ObjectNode"),
        conversion(
            "typedEditInPlace",
            "@Converting(to = \"v1\") void up(Alpha old) {}",
            "Rules.up: returns nothing, but Alpha is of one version and can't become another; return"
                + " the object in the other",
            "Rules.up: to is v1, but Alpha is of v1alpha1; leave to out",
            "Rules.up: converts v1alpha1 to itself; name two versions"),
        conversion(
            "typedResultOfTree",
            "@Converting(from = \"v1alpha1\") Hub up(ObjectNode old) { return null; }",
            "Rules.up: takes ObjectNode and returns Hub, which would lose what that class does not"
                + " know; take the class of the other version, or return ObjectNode"),
        conversion(
            "conversionWithoutVersions",
            "@Converting void up(ObjectNode old) {}",
            "Rules.up: does not tell the version that it converts from; write from = \"v1\"",
            "Rules.up: does not tell the version that it converts to; write to = \"v1\"",
            "Rules.up: does not tell the kind; write kind = \"CronTab.stable.example.com\""),
        conversion(
            "conversionOfOddVersion",
            """
            @Converting(kind = "Tab", from = "V1", to = "v1", loses = "spec..a")
            void up(ObjectNode old) {}
            """,
            "Rules.up: from \"V1\" is no version; write a DNS label, \"v1beta1\"",
            "Rules.up: kind \"Tab\" is no custom resource's; write the kind, a dot and the group,"
                + " \"CronTab.stable.example.com\"",
            "Rules.up: loses: field \"spec..a\" is not understood; write names from the top,"
                + " \"spec.nodeName\", and a name with dots in brackets,"
                + " \"metadata.annotations['example.com/team']\""),
        conversion(
            "conversionOfTwoKinds",
            "@Converting Other up(Alpha old) { return null; }",
            "Rules.up: is for Tab.example.com and has to do with Other, which is Other.example.com;"
                + " convert objects of one kind"));
  }

  private static Stream<Misuse> initializeMisuses() {
    return Stream.of(
        rule(
            "initializeOnUpdate",
            "@Mutating(operations = {CREATE, UPDATE}, initialize = true) void rule(Pod pod) {}",
            "Rules.rule: has initialize = true and is for UPDATE, where the Initializer asks it"
                + " anyway; leave initialize out"),
        rule(
            "initializeWithoutCreate",
            "@Mutating(operations = CONNECT, resource = \"pods/exec\", initialize = true)"
                + " void rule(ObjectNode options) {}",
            "Rules.rule: has initialize = true and is not for CREATE; leave initialize out, as"
                + " objects that exist were created"));
  }

  private static Stream<Misuse> webhookMisuses() {
    return Stream.of(
        type(
            "nameOfTwoLabels",
            """
            @Webhook(name = "labeler.example") class Rules {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "Rules: the webhook's name \"labeler.example\" is not fully qualified; write three or"
                + " more DNS labels, \"labeler.example.com\""),
        type(
            "nameInCapitals",
            """
            @Webhook(name = "Labeler.example.com") class Rules {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "Rules: the webhook's name \"Labeler.example.com\" is not fully qualified; write three"
                + " or more DNS labels, \"labeler.example.com\""),
        attribute(
            "timeoutOfZero",
            "timeoutSeconds = 0",
            "Rules: timeoutSeconds = 0 is not from 1 to 30; write one of those, 5 or less if it will"
                + " do"),
        attribute(
            "timeoutTooLong",
            "timeoutSeconds = 31",
            "Rules: timeoutSeconds = 31 is not from 1 to 30; write one of those, 5 or less if it"
                + " will do"),
        attribute(
            "twoTimeouts",
            "timeoutSeconds = {3, 4}",
            "Rules: timeoutSeconds has 2 values; write one, timeoutSeconds = 3"),
        attribute(
            "twoPolicies",
            "mutatingFailurePolicy = {FAIL, IGNORE}",
            "Rules: mutatingFailurePolicy has 2 values; write one, mutatingFailurePolicy = FAIL"),
        attribute(
            "badNamespaceSelector",
            "namespaceSelector = \"team in shop\"",
            "Rules: namespaceSelector: label selector \"team in shop\": \"team in shop\" is not a"
                + " requirement; write as for kubectl, \"app=web,tier!=cache\""),
        attribute(
            "badObjectSelector",
            "objectSelector = \"a=b,,\"",
            "Rules: objectSelector: label selector \"a=b,,\": \"\" is not a requirement; write as"
                + " for kubectl, \"app=web,tier!=cache\""),
        attribute(
            "repeatedMatchCondition",
            """
            matchConditions = {
              @MatchCondition(name = "x", expression = "true"),
              @MatchCondition(name = "x", expression = "false")
            }""",
            "Rules: two matchConditions are named \"x\"; give each a name of its own"),
        attribute(
            "matchConditionWithoutNameOrExpression",
            "matchConditions = @MatchCondition(name = \"-\", expression = \" \")",
            "Rules: matchCondition \"-\" has no qualified name; write one, \"exclude-leases\"",
            "Rules: matchCondition \"-\" has no expression; write one in CEL"),
        type(
            "abstractClass",
            """
            @Webhook(name = "a.example.com") abstract class Rules {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "Rules: is abstract, so nobody can call its rules; make it a class that is not"),
        type(
            "interfaceOfRules",
            """
            @Webhook(name = "a.example.com") interface Rules {
              @Mutating(operations = CREATE) void rule(Pod pod);
            }
            """,
            "Rules: is abstract, so nobody can call its rules; make it a class that is not"),
        type(
            "innerClass",
            """
            class Outer {
              @Webhook(name = "a.example.com") class Rules {
                @Mutating(operations = CREATE) void rule(Pod pod) {}
              }
            }
            """,
            "Outer.Rules: is an inner class; make it static, or give it a file of its own"),
        type(
            "noConstructor",
            """
            class Outer {
              @Webhook(name = "a.example.com") static class Rules {
                Rules(String collaborator) {}
                @Mutating(operations = CREATE) void rule(Pod pod) {}
              }
            }
            """,
            "Outer.Rules: has no constructor without parameters that is not private; add Rules()"
                + " {...}, or one that takes a record of its configuration, or Listers of what it reads"),
        type(
            "privateConstructor",
            """
            @Webhook(name = "a.example.com") class Rules {
              private Rules() {}
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "Rules: has no constructor without parameters that is not private; add Rules() {...}, or"
                + " one that takes a record of its configuration, or Listers of what it reads"),
        type(
            "noRules",
            "@Webhook(name = \"a.example.com\") class Rules { void rule(Pod pod) {} }",
            "Rules: has no rules and no handlers; annotate a method with @Mutating, @Validating,"
                + " @Converting or @Reconciling"),
        type(
            "inheritedRule",
            """
            abstract class Base {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            @Webhook(name = "a.example.com") class Rules extends Base {}
            """,
            "Base.rule: is a rule, but Base is abstract and has no @Webhook, and rules are not"
                + " inherited; move it to the class that has @Webhook",
            "Rules: inherits the rule Base.rule, which is not called: a rule is a method of the class"
                + " with @Webhook; override it there with the annotation, and call super"),
        type(
            "kotlinObject",
            """
            @Webhook(name = "a.example.com") class Rules {
              public static final Rules INSTANCE = new Rules();
              private Rules() {}
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "Rules: is an object that makes its one instance itself; make it a class, in Kotlin too:"
                + " the server makes the instance"),
        type(
            "rulesWithoutWebhook",
            "class Rules { @Mutating(operations = CREATE) void rule(Pod pod) {} }",
            "Rules.rule: is a rule, but Rules has no @Webhook; write @Webhook(name ="
                + " \"NAME.example.com\") above the class"));
  }

  private static Stream<Misuse> signatureMisuses() {
    return Stream.of(
        rule(
            "bothPhases",
            "@Mutating(operations = CREATE) @Validating(operations = CREATE) void rule(Pod pod) {}",
            "Rules.rule: is both @Mutating and @Validating; make it two methods"),
        rule(
            "privateMethod",
            "@Mutating(operations = CREATE) private void rule(Pod pod) {}",
            "Rules.rule: is private; leave the modifier out"),
        rule(
            "staticMethod",
            "@Mutating(operations = CREATE) static void rule(Pod pod) {}",
            "Rules.rule: is static; leave the modifier out"),
        rule(
            "parameterThatIsNoResource",
            "@Mutating(operations = CREATE) void rule(RuleContext context, String pod) {}",
            "Rules.rule: parameter 2: java.lang.String" + VIEWS),
        rule(
            "primitiveParameter",
            "@Mutating(operations = CREATE) void rule(int pod) {}",
            "Rules.rule: parameter 1: int" + VIEWS),
        rule(
            "arrayParameter",
            "@Mutating(operations = CREATE) void rule(Pod... pods) {}",
            "Rules.rule: parameter 1: io.fabric8.kubernetes.api.model.Pod[]" + VIEWS),
        rule(
            "genericParameter",
            "@Mutating(operations = CREATE) <T extends HasMetadata> void rule(T any) {}",
            "Rules.rule: parameter 1: io.fabric8.kubernetes.api.model.HasMetadata" + VIEWS),
        type(
            "customResourceWithoutVersion",
            """
            @Group("stable.example.com") class CronTab extends CustomResource<String, String> {}
            @Webhook(name = "a.example.com") class Rules {
              @Mutating(operations = CREATE) void rule(CronTab tab) {}
            }
            """,
            "Rules.rule: CronTab lacks @Group or @Version, or is abstract; annotate the class with"
                + " both, and take one that can be instantiated"),
        rule(
            "twoObjects",
            "@Mutating(operations = CREATE) void rule(Pod pod, Deployment deployment) {}",
            "Rules.rule: takes 2 objects, Pod and Deployment; take one, or mark the one before it"
                + " @OldObject"),
        rule(
            "twoOldObjects",
            "@Mutating(operations = UPDATE) void rule(@OldObject Pod a, @OldObject Pod b) {}",
            "Rules.rule: takes 2 old objects, Pod and Pod; take one, or mark one of them"
                + " @OldObject"),
        rule(
            "oldContext",
            "@Mutating(operations = UPDATE) void rule(Pod pod, @OldObject RuleContext context) {}",
            "Rules.rule: parameter 2 is @OldObject, but io.usher.rule.RuleContext" + VIEWS),
        rule(
            "oldObjectOfAnotherType",
            "@Mutating(operations = UPDATE) void rule(Pod pod, @OldObject Deployment old) {}",
            "Rules.rule: takes Pod and an old Deployment; both are the same object, take the same"
                + " type"),
        rule(
            "oldObjectOnCreate",
            "@Mutating(operations = CREATE) void rule(Pod pod, @OldObject Pod old) {}",
            "Rules.rule: there is no old object on CREATE; leave the parameter out"),
        rule(
            "oldObjectOnDelete",
            "@Validating(operations = DELETE) void rule(@OldObject Pod old) {}",
            "Rules.rule: on DELETE the object is the old one; leave @OldObject out"),
        rule(
            "validatingReturnsPatch",
            "@Validating(operations = CREATE) JsonPatch rule(Pod pod) { return null; }",
            "Rules.rule: validates and returns JsonPatch, but can't change the object; return a"
                + " Decision, or make it @Mutating"),
        rule(
            "validatingReturnsObject",
            "@Validating(operations = CREATE) Pod rule(Pod pod) { return pod; }",
            "Rules.rule: validates and returns Pod, but can't change the object; return a Decision,"
                + " or make it @Mutating"),
        rule(
            "validatingReturnsBoolean",
            "@Validating(operations = CREATE) boolean rule(Pod pod) { return true; }",
            "Rules.rule: returns boolean; return a Decision, or nothing"),
        rule(
            "mutatingReturnsText",
            "@Mutating(operations = CREATE) String rule(Pod pod) { return null; }",
            "Rules.rule: returns java.lang.String; return nothing, a Decision, the new object or a"
                + " JsonPatch"),
        rule(
            "mutatingReturnsAnotherType",
            "@Mutating(operations = CREATE) Deployment rule(Pod pod) { return null; }",
            "Rules.rule: takes Pod and returns Deployment; return the object's own type"),
        rule(
            "patchOnDelete",
            "@Mutating(operations = DELETE) JsonPatch rule(Pod pod) { return null; }",
            "Rules.rule: is @Mutating on DELETE, where nothing can change; make it @Validating"),
        rule(
            "mutatingOnDelete",
            "@Mutating(operations = DELETE) void rule(Pod pod) {}",
            "Rules.rule: is @Mutating on DELETE, where nothing can change; make it @Validating"),
        rule(
            "twoOnFailures",
            "@Mutating(operations = CREATE, onFailure = {OnFailure.FAIL_CALL, OnFailure.SKIP_RULE})"
                + " void rule(Pod pod) {}",
            "Rules.rule: onFailure has 2 values; write one, onFailure = FAIL_CALL"));
  }

  private static Stream<Misuse> resourceMisuses() {
    return Stream.of(
        rule(
            "noObject",
            "@Mutating(operations = CREATE) void rule(RuleContext context) {}",
            "Rules.rule: takes no object that tells its resource; name it, as in resource ="
                + " \"pods\""),
        rule(
            "treeWithoutResource",
            "@Mutating(operations = CREATE) void rule(ObjectNode tree) {}",
            "Rules.rule: ObjectNode fits every resource; name the one meant, as in resource ="
                + " \"deployments.apps\""),
        rule(
            "genericWithoutResource",
            "@Mutating(operations = CREATE) void rule(GenericKubernetesResource any) {}",
            "Rules.rule: GenericKubernetesResource fits every resource; name the one meant, as in"
                + " resource = \"deployments.apps\""),
        rule(
            "subresourceOnlyScale",
            "@Mutating(operations = UPDATE) void rule(Scale scale) {}",
            "Rules.rule: Scale (autoscaling/v1) comes by deployments.apps/scale,"
                + " replicasets.apps/scale, replicationcontrollers/scale, statefulsets.apps/scale;"
                + " name the one meant, as in resource = \"statefulsets.apps/scale\""),
        rule(
            "subresourceOnlyExec",
            "@Validating(operations = CONNECT) void rule(PodExecOptions options) {}",
            "Rules.rule: PodExecOptions (v1) comes by pods/exec; name the one meant, as in resource ="
                + " \"pods/exec\""),
        rule(
            "bindingOfTwoResources",
            "@Validating(operations = CREATE) void rule(Binding binding) {}",
            "Rules.rule: Binding (v1) comes by bindings, pods/binding; name the one meant, as in"
                + " resource = \"pods/binding\""),
        rule(
            "typeOfNoServedResource",
            "@Validating(operations = CREATE) void rule(HTTPRoute route) {}",
            "Rules.rule: HTTPRoute (gateway.networking.k8s.io/v1) is of no resource that Kubernetes"
                + " serves; name the resource that it is of, as in resource ="
                + " \"PLURAL.v1.gateway.networking.k8s.io\""),
        rule(
            "modelThatIsNoResource",
            "@Validating(operations = CREATE) void rule(PodList pods) {}",
            "Rules.rule: PodList (v1) is of no resource that Kubernetes serves; name the resource"
                + " that it is of, as in resource = \"PLURAL.v1\""),
        rule(
            "resourceInCapitals",
            "@Mutating(operations = CREATE, resource = \"Pod\") void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"Pod\" is not understood; write PLURAL.VERSION.GROUP/SUBRESOURCE"
                + " in lower case, of which all but the plural may be left out: \"pods\","
                + " \"deployments.apps/scale\". A *"
                + " stands for all plurals or all subresources: \"*\" (no subresources), \"*/*\","
                + " \"*.v1.apps\", \"pods/*\", \"*/scale\""),
        rule(
            "resourceInTheSingular",
            "@Mutating(operations = CREATE, resource = \"pod\") void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"pod\" is none that Kubernetes serves; write \"pods\""),
        rule(
            "resourceWithASlip",
            "@Mutating(operations = CREATE, resource = \"deploymants.v1.apps\")"
                + " void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"deploymants.v1.apps\" is none that Kubernetes serves; write"
                + " \"deployments.apps\""),
        rule(
            "resourceInARemovedVersion",
            "@Mutating(operations = CREATE, resource = \"deployments.v1beta1.apps\")"
                + " void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"deployments.v1beta1.apps\" is none that Kubernetes serves; write"
                + " \"deployments.apps\""),
        rule(
            "resourceThatItsGroupDoesNotHave",
            "@Mutating(operations = CREATE, resource = \"crontabs.v1.apps\")"
                + " void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"crontabs.v1.apps\": Kubernetes serves no \"crontabs\" in the"
                + " group apps; write what it serves, or for a cluster that serves more,"
                + " \"*.apps\" and look at the request's resource"),
        rule(
            "groupWithASlip",
            "@Mutating(operations = CREATE, resource = \"*.v1.appz\") void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"*.v1.appz\": Kubernetes serves no group \"appz\", and the groups"
                + " of others have a dot; write one of apps, autoscaling, batch, policy"),
        rule(
            "typedForAllResourcesOfAGroup",
            "@Mutating(operations = UPDATE, resource = \"*.v1.apps/status\")"
                + " void rule(Deployment deployment) {}",
            "Rules.rule: resource \"*.v1.apps/status\" brings objects of several kinds, not only"
                + " Deployment; take an ObjectNode"),
        rule(
            "connectOnPod",
            "@Validating(operations = CONNECT) void rule(Pod pod) {}",
            "Rules.rule: CONNECT brings no Pod of pods but the options of a connection; name what is"
                + " connected to and take its options, as in resource = \"pods/exec\" and"
                + " PodExecOptions"),
        rule(
            "execOnCreate",
            "@Validating(operations = {CREATE, UPDATE}, resource = \"pods/exec\")"
                + " void rule(PodExecOptions options) {}",
            "Rules.rule: pods/exec comes with CONNECT alone, never with CREATE or UPDATE; write"
                + " operations = CONNECT"),
        rule(
            "evictionOnDelete",
            "@Validating(operations = DELETE, resource = \"pods/eviction\")"
                + " void rule(ObjectNode eviction) {}",
            "Rules.rule: pods/eviction comes with CREATE alone, never with DELETE; write operations ="
                + " CREATE"),
        rule(
            "operationThatNoResourceHas",
            "@Validating(operations = {CREATE, CONNECT}) void rule(Pod pod) {}",
            "Rules.rule: CONNECT never comes for pods; leave it out, or name what is connected to:"
                + " \"pods/exec\""),
        rule(
            "subresourceThatIsOnlyRead",
            "@Validating(operations = UPDATE, subresources = \"log\") void rule(Pod pod) {}",
            "Rules.rule: pods/log is only read, and no webhook is called for that; leave it out"),
        rule(
            "importOfARemovedVersion",
            "@Validating(operations = CREATE)"
                + " void rule(io.fabric8.kubernetes.api.model.extensions.Deployment deployment) {}",
            "Rules.rule: Deployment (extensions/v1beta1) is of no resource that Kubernetes serves;"
                + " import io.fabric8.kubernetes.api.model.apps.Deployment instead"),
        rule(
            "customResourceWithoutVersionInName",
            "@Mutating(operations = CREATE, resource = \"crontabs.stable.example.com\")"
                + " void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"crontabs.stable.example.com\" is none that Kubernetes serves"
                + " itself; write a custom resource with its version and group, as in"
                + " \"crontabs.v1.stable.example.com\""),
        rule(
            "unknownSubresource",
            "@Mutating(operations = CREATE, resource = \"jobs.batch/exec\")"
                + " void rule(ObjectNode tree) {}",
            "Rules.rule: resource \"jobs.batch/exec\" is not served; what is: jobs.batch,"
                + " jobs.batch/status"),
        rule(
            "resourceOfAnotherKind",
            "@Mutating(operations = CREATE, resource = \"pods/exec\") void rule(Pod pod) {}",
            "Rules.rule: resource \"pods/exec\" brings PodExecOptions (v1), not Pod (v1); take that,"
                + " or name another resource"),
        rule(
            "typedForAllSubresources",
            "@Mutating(operations = CREATE, resource = \"pods/*\") void rule(Pod pod) {}",
            "Rules.rule: resource \"pods/*\" brings objects of several kinds, not only Pod; take an"
                + " ObjectNode"),
        rule(
            "subresourceOfAnotherKind",
            "@Mutating(operations = CREATE, subresources = \"exec\") void rule(Pod pod) {}",
            "Rules.rule: pods/exec brings no Pod; subresources that do: pods/ephemeralcontainers,"
                + " pods/log, pods/resize, pods/status"),
        type(
            "scaleOfCustomResource",
            """
            @Group("stable.example.com") @Version("v1")
            class CronTab extends CustomResource<String, String> {}
            @Webhook(name = "a.example.com") class Rules {
              @Mutating(operations = CREATE, subresources = "scale") void rule(CronTab tab) {}
            }
            """,
            "Rules.rule: crontabs has no subresource \"scale\" that brings a CronTab; custom"
                + " resources have \"status\", and for \"scale\" take a Scale with resource ="
                + " \"crontabs.v1.stable.example.com/scale\""),
        rule(
            "subresourcesOfNamedResource",
            "@Mutating(operations = CREATE, resource = \"pods\", subresources = \"status\")"
                + " void rule(Pod pod) {}",
            "Rules.rule: subresources are for an inferred resource; add them to resource, as in"
                + " resource = {\"pods\", \"pods/status\"}"));
  }

  /** A class with these reads and members. */
  private static Misuse reads(String name, String reads, String members, String... messages) {
    return type(
        name,
        reads
            + " @Webhook(name = \"a.example.com\") class Rules { "
            + members
            + " }"
            + " class ByHost implements Index<ConfigMap> {"
            + " public java.util.List<String> keys(ConfigMap map) { return null; } }"
            + " class Hidden implements Index<ConfigMap> {"
            + " private Hidden() {}"
            + " public java.util.List<String> keys(ConfigMap map) { return null; } }",
        messages);
  }

  private static Stream<Misuse> readMisuses() {
    String rule = "@Mutating(operations = CREATE) void rule(Pod pod) {}";
    return Stream.of(
        reads(
            "listerOfWhatIsNotRead",
            "@Reads(Secret.class)",
            "@Mutating(operations = CREATE) void rule(Pod pod, Lister<ConfigMap> maps) {}",
            "Rules.rule: takes a Lister<ConfigMap>, but the class does not declare this read; write"
                + " @Reads(ConfigMap.class) above the class"),
        reads(
            "constructorOfWhatIsNotRead",
            "",
            "Rules(Lister<ConfigMap> maps) {} " + rule,
            "Rules: its constructor takes a Lister<ConfigMap>, but the class does not declare this"
                + " read; write @Reads(ConfigMap.class) above the class"),
        reads(
            "genericListerOfWhatIsNotRead",
            "",
            "@Mutating(operations = CREATE)"
                + " void rule(Pod pod, Lister<GenericKubernetesResource> all) {}",
            "Rules.rule: takes a Lister<GenericKubernetesResource>, but the class does not declare"
                + " this read; write @Reads(resource = \"PLURAL.VERSION.GROUP\") above the class"),
        reads(
            "listerOfOneOfSeveral",
            "@Reads(resource = \"a.v1.example.com\") @Reads(resource = \"b.v1.example.com\")",
            "@Mutating(operations = CREATE)"
                + " void rule(Pod pod, Lister<GenericKubernetesResource> one) {}",
            "Rules.rule: takes a Lister<GenericKubernetesResource>, but the class declares several"
                + " reads of that type; take a ClusterReader, and name the one"),
        reads(
            "listerOfAnything",
            "@Reads(ConfigMap.class)",
            "@Mutating(operations = CREATE) void rule(Pod pod, Lister<?> any) {}",
            "Rules.rule: takes a Lister of no one type; write its type, Lister<Namespace>"),
        reads(
            "readOfNoObject",
            "@Reads(String.class)",
            rule,
            "Rules: @Reads of String: java.lang.String is no type of objects; write a fabric8 model"
                + " such as Namespace, a CustomResource, or resource = \"...\" alone"),
        reads(
            "readOfNoResource",
            "@Reads",
            rule,
            "Rules: @Reads of GenericKubernetesResource: GenericKubernetesResource fits every"
                + " resource; name the one meant, as in resource = \"deployments.apps\""),
        reads(
            "readOfAllResources",
            "@Reads(resource = \"*.v1.apps\")",
            rule,
            "Rules: @Reads of \"*.v1.apps\": resource \"*.v1.apps\" is not one resource that can be"
                + " listed; name one, without a subresource"),
        reads(
            "readOfWhatIsNotKept",
            "@Reads(resource = \"tokenreviews.authentication.k8s.io\")",
            rule,
            "Rules: @Reads of \"tokenreviews.authentication.k8s.io\": the API server keeps no"
                + " tokenreviews, so that they can't be read"),
        reads(
            "readTwice",
            "@Reads(ConfigMap.class) @Reads(value = ConfigMap.class, fields = \"data\")",
            rule,
            "Rules: reads configmaps twice; write one @Reads with all that is needed"),
        reads(
            "fieldThatIsNone",
            "@Reads(value = ConfigMap.class, fields = \"data[ca.crt]\")",
            rule,
            "Rules: @Reads of ConfigMap: field \"data[ca.crt]\" is not understood; write names from"
                + " the top, \"spec.nodeName\", and a name with dots in brackets,"
                + " \"metadata.annotations['example.com/team']\""),
        reads(
            "indexOfAnotherType",
            "@Reads(value = Secret.class, index = ByHost.class)",
            rule,
            "Rules: @Reads of Secret: ByHost indexes io.fabric8.kubernetes.api.model.ConfigMap; let"
                + " it implement Index<Secret>"),
        reads(
            "indexThatCantBeMade",
            "@Reads(value = ConfigMap.class, index = Hidden.class)",
            rule,
            "Rules: @Reads of ConfigMap: Hidden can't be made: it needs a constructor without"
                + " parameters that is not private, and is neither abstract nor an inner class"),
        reads(
            "liveReadOfNoObject",
            "@ReadsLive(String.class)",
            rule,
            "Rules: @ReadsLive of String: java.lang.String is no type of objects; write a fabric8"
                + " model such as Namespace, a CustomResource, or resource = \"...\" alone"),
        reads(
            "liveReadOfAnotherSubresource",
            "@ReadsLive(resource = \"pods/exec\")",
            rule,
            "Rules: @ReadsLive of \"pods/exec\": it is not one resource that can be read; name one"
                + " without a subresource, or \"nodes/proxy\", \"pods/proxy\" or"
                + " \"services/proxy\""),
        reads(
            "listOfAProxy",
            "@ReadsLive(resource = \"nodes/proxy\", list = true)",
            rule,
            "Rules: @ReadsLive of \"nodes/proxy\": a proxy lists nothing; leave list = true out"),
        reads(
            "cacheForLong",
            "@ReadsLive(value = Secret.class, cacheSeconds = 3601)",
            rule,
            "Rules: @ReadsLive of Secret: cacheSeconds = 3601 is not from 0 to 3600; write one of"
                + " those"),
        reads(
            "liveReadTwice",
            "@ReadsLive(Secret.class) @ReadsLive(value = Secret.class, list = true)",
            rule,
            "Rules: @ReadsLive of Secret: it stands there twice; leave one out"));
  }

  private static Stream<Misuse> doorMisuses() {
    return Stream.of(
        rule(
            "doorAndRule",
            "@Authorizing @Validating(operations = CREATE) Authorization may() { return null; }",
            "Rules.may: is @Authorizing and something else; make it two methods"),
        rule(
            "doorOfTwoQuestions",
            "@Authorizing @Authenticating Authorization may(AuthorizationRequest r) { return null; }",
            "Rules.may: is @Authenticating and something else; make it two methods"),
        rule(
            "doorWithoutQuestion",
            "@Authorizing Authorization may(CallContext context) { return null; }",
            "Rules.may: takes no AuthorizationRequest; take one, which tells what is asked"),
        rule(
            "doorOfTheOtherQuestion",
            "@Authenticating Authentication who(AuthorizationRequest r) { return null; }",
            "Rules.who: parameter 1: io.usher.authorization.AuthorizationRequest is nothing that an"
                + " @Authenticating method takes; take AuthenticationRequest, and beside it"
                + " CallContext or a Lister of what the class reads"),
        rule(
            "doorWithTheOtherAnswer",
            "@Authorizing Authentication may(AuthorizationRequest r) { return null; }",
            "Rules.may: returns io.usher.authentication.Authentication; return an Authorization"),
        rule(
            "doorThatListsWhatIsNotRead",
            "@Authorizing Authorization may(AuthorizationRequest r, Lister<Pod> pods) { return null; }",
            "Rules.may: takes a Lister<Pod>, but the class does not declare this read; write"
                + " @Reads(Pod.class) above the class"),
        rule(
            "doorThatIsStatic",
            "@Authorizing static Authorization may(AuthorizationRequest r) { return null; }",
            "Rules.may: is static; leave the modifier out"));
  }

  private static Stream<Misuse> handlerMisuses() {
    return Stream.of(
        type(
            "handlerWithoutWebhook",
            "class Rules { @OnAdded void handle(Pod pod) {} }",
            "Rules.handle: is a handler, but Rules has no @Webhook; write @Webhook(name ="
                + " \"NAME.example.com\") above the class"),
        rule(
            "ruleAndHandler",
            "@OnAdded @Mutating(operations = CREATE) void handle(Pod pod) {}",
            "Rules.handle: is both a rule and a handler; make it two methods"),
        rule(
            "handlerOfTwoTriggers",
            "@OnAdded @OnUpdated void handle(Pod pod) {}",
            "Rules.handle: is @OnAdded and @OnUpdated; make it two methods, or one that is"
                + " @Reconciling, which learns of every change"),
        rule(
            "privateStaticHandler",
            "@OnAdded private static void handle(Pod pod) {}",
            "Rules.handle: is private; leave the modifier out",
            "Rules.handle: is static; leave the modifier out"),
        rule(
            "handlerOfARequest",
            "@OnAdded void handle(Pod pod, RuleContext context) {}",
            "Rules.handle: takes RuleContext, but a handler has no request; take HandlerContext,"
                + " which names the object"),
        rule(
            "handlerOfNoResource",
            "@OnAdded void handle(String pod) {}",
            "Rules.handle: parameter 1: java.lang.String is no resource; take a fabric8 model such"
                + " as Pod, a CustomResource, GenericKubernetesResource or ObjectNode, and beside"
                + " it HandlerContext or a Lister of what the class reads"),
        rule(
            "handlerOfNothing",
            "@OnAdded void handle(HandlerContext context) {}",
            "Rules.handle: takes no object that tells its resource; name it, as in resource ="
                + " \"pods\""),
        rule(
            "handlerOfAnything",
            "@OnAdded void handle(ObjectNode any) {}",
            "Rules.handle: ObjectNode fits every resource; name the one meant, as in resource ="
                + " \"deployments.apps\""),
        rule(
            "handlerOfASubresource",
            "@OnAdded(resource = \"pods/status\") void handle(Pod pod) {}",
            "Rules.handle: resource \"pods/status\" is not one resource that can be listed; name"
                + " one, without a subresource"),
        rule(
            "handlerOfWhatIsNotStored",
            "@OnAdded void handle(io.fabric8.kubernetes.api.model.authentication.TokenReview it)"
                + " {}",
            "Rules.handle: the API server keeps no tokenreviews, so that they can't be read"),
        rule(
            "oldObjectOfWhatIsNew",
            "@OnAdded void handle(@OldObject Pod old, Pod pod) {}",
            "Rules.handle: there is no old object but for @OnUpdated; leave the parameter out"),
        rule(
            "twoNewObjects",
            "@OnUpdated void handle(Pod old, Pod pod) {}",
            "Rules.handle: takes several objects; take one, and one that is marked @OldObject"),
        rule(
            "oldAndNewOfTwoTypes",
            "@OnUpdated(resource = \"pods\") void handle(@OldObject Pod old, Node node) {}",
            "Rules.handle: is for Pod and takes Node; both are the same object, write the same"
                + " type"),
        rule(
            "optionalOfWhatIsThere",
            "@OnAdded void handle(Optional<Pod> pod) {}",
            "Rules.handle: takes an Optional, but its object is always there; take the object"
                + " itself"),
        rule(
            "optionalOfNoObject",
            "@Reconciling(Pod.class) void handle(Optional<String> pod) {}",
            "Rules.handle: takes an Optional of no object; write its type, Optional<Pod>"),
        rule(
            "reconcilingOfAnotherType",
            "@Reconciling(Pod.class) void handle(Node node) {}",
            "Rules.handle: is for Pod and takes Node; both are the same object, write the same"
                + " type"),
        rule(
            "reconcilingOfNoType",
            "@Reconciling(String.class) void handle(HandlerContext context) {}",
            "Rules.handle: java.lang.String is no type of objects; write a fabric8 model such as"
                + " Pod, a CustomResource, or resource = \"...\" alone"),
        rule(
            "handlerThatListsWhatIsNotRead",
            "@Reconciling(Pod.class) void handle(Pod pod, Lister<Pod> pods, Lister<Node> nodes) {}",
            "Rules.handle: takes a Lister<Node>, but the class does not declare this read; write"
                + " @Reads(Node.class) above the class"),
        rule(
            "handlerThatReturnsText",
            "@OnAdded String handle(Pod pod) { return null; }",
            "Rules.handle: returns java.lang.String; return nothing, an Outcome, or the object as"
                + " it is to be"),
        rule(
            "handlerThatReturnsAnotherType",
            "@OnAdded Node handle(Pod pod) { return null; }",
            "Rules.handle: takes Pod and returns Node; return the object's own type"),
        rule(
            "changeOfWhatIsGone",
            "@OnDeleted Pod handle(Pod pod) { return null; }",
            "Rules.handle: returns Pod, but the object is gone and can't be changed; return"
                + " nothing, or Outcome.Event"),
        rule(
            "handlerWithoutTime",
            "@OnAdded(timeoutSeconds = 0) void handle(Pod pod) {}",
            "Rules.handle: timeoutSeconds = 0 is not from 1 to 600; write one of those, 10 if it"
                + " will do"),
        rule(
            "handlerWithBadFilters",
            "@OnAdded(namespaces = \"\", names = \"a/b\", labels = \"(\") void handle(Pod pod) {}",
            "Rules.handle: namespaces: \"\" can't be such a name; write one, with * for any"
                + " characters, as in \"team-*\"",
            "Rules.handle: names: \"a/b\" can't be such a name; write one, with * for any"
                + " characters, as in \"web-*\"",
            "Rules.handle: labels: label selector \"(\": \"(\" is not a requirement; write as for"
                + " kubectl, \"app=web,tier!=cache\""),
        rule(
            "handlerOfNamespacesThatNeverMatch",
            "@OnAdded(namespaces = \"a\") void handle(Node node) {}",
            "Rules.handle: nodes don't live in namespaces, so namespaces = ... never matches; leave"
                + " it out"));
  }

  private static Stream<Misuse> matchMisuses() {
    return Stream.of(
        rule(
            "noOperation",
            "@Mutating(operations = {}) void rule(Pod pod) {}",
            "Rules.rule: is for no operation; write operations = {CREATE, UPDATE}"),
        rule(
            "badNamespaceGlob",
            "@Mutating(operations = CREATE, namespaces = \"Team_*\") void rule(Pod pod) {}",
            "Rules.rule: namespaces: \"Team_*\" can't be such a name; write one, with * for any"
                + " characters, as in \"team-*\""),
        rule(
            "badNameGlob",
            "@Mutating(operations = CREATE, names = \"web/*\") void rule(Pod pod) {}",
            "Rules.rule: names: \"web/*\" can't be such a name; write one, with * for any characters,"
                + " as in \"web-*\""),
        rule(
            "badLabels",
            "@Mutating(operations = CREATE, labels = \"app=\\u00e4\") void rule(Pod pod) {}",
            "Rules.rule: labels: label selector \"app=\u00e4\": \"app=\u00e4\" is not a requirement;"
                + " write as for kubectl, \"app=web,tier!=cache\""),
        rule(
            "scopeThatNeverMatches",
            "@Mutating(operations = CREATE, scope = Scope.CLUSTER) void rule(Pod pod) {}",
            "Rules.rule: pods live in namespaces, so scope = CLUSTER never matches; leave scope out"),
        rule(
            "namespacesOfClusterScoped",
            "@Mutating(operations = CREATE, namespaces = \"a\") void rule(Node node) {}",
            "Rules.rule: nodes don't live in namespaces, so namespaces = ... never matches; leave it"
                + " out"),
        rule(
            "severalAtOnce",
            "@Mutating(operations = {}, names = \"\", labels = \"(\") private String rule(Pod pod)"
                + " { return null; }",
            "Rules.rule: is private; leave the modifier out",
            "Rules.rule: returns java.lang.String; return nothing, a Decision, the new object or a"
                + " JsonPatch",
            "Rules.rule: is for no operation; write operations = {CREATE, UPDATE}",
            "Rules.rule: names: \"\" can't be such a name; write one, with * for any characters, as"
                + " in \"web-*\"",
            "Rules.rule: labels: label selector \"(\": \"(\" is not a requirement; write as for"
                + " kubectl, \"app=web,tier!=cache\""));
  }

  private static String conditions(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "@MatchCondition(name = \"c%d\", expression = \"true\")".formatted(i))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static Stream<Misuse> joinMisuses() {
    return Stream.of(
        type(
            "tooManyMatchConditions",
            """
            @Webhook(name = "a.example.com", matchConditions = %s) class One {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            @Webhook(name = "a.example.com", matchConditions = %s) class Two {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """
                .formatted(conditions(0, 40), conditions(30, 65)),
            "webhook a.example.com: 65 matchConditions are more than the 64 that a webhook may have;"
                + " join some with &&"),
        type(
            "validatorWithoutFailurePolicy",
            """
            @Webhook(name = "a.example.com") class One {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            @Webhook(name = "a.example.com") class Two {
              @Validating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "webhook a.example.com: com.example.Two validates, but no class of the webhook states"
                + " what a failed call means; write validatingFailurePolicy = FAIL or IGNORE in its"
                + " @Webhook"),
        type(
            "conflictingStatements",
            """
            @Webhook(name = "a.example.com", order = 1, objectSelector = "a") class One {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            @Webhook(name = "a.example.com", order = 2, objectSelector = "a") class Two {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "webhook a.example.com: order is 1 in com.example.One and 2 in com.example.Two; state it"
                + " in one of them, or the same in both"),
        type(
            "conflictingMatchConditions",
            """
            @Webhook(
                name = "a.example.com",
                matchConditions = @MatchCondition(name = "x", expression = "true"))
            class One {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            @Webhook(
                name = "a.example.com",
                matchConditions = @MatchCondition(name = "x", expression = "false"))
            class Two {
              @Mutating(operations = CREATE) void rule(Pod pod) {}
            }
            """,
            "webhook a.example.com: matchCondition \"x\" is true in com.example.One and false in"
                + " com.example.Two; state it in one of them, or the same in both"));
  }

  @BeforeAll
  static void compileAll() {
    Map<String, String> sources =
        misuses()
            .collect(
                Collectors.toMap(
                    misuse -> misuse.in("com.example.Source"),
                    misuse -> misuse.in(IMPORTS + misuse.source())));
    javac = Compilation.compile(output, sources, new RuleProcessor());
    assertThat(output.resolve("META-INF/usher/rules.json")).doesNotExist();
    assertThat(Compilation.compile(output, sources).errors()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void javacSays(Misuse misuse) {
    assertThat(javac.errors().get(misuse.in("com.example.Source")))
        .isEqualTo(misuse.messages().stream().map(misuse::in).toList());
  }

  @ParameterizedTest
  @MethodSource("misuses")
  void startSays(Misuse misuse) throws Exception {
    try (var loader = new URLClassLoader(new URL[] {output.toUri().toURL()})) {
      List<Class<?>> classes = ruleClasses(misuse.in("com/example"), loader);
      Throwable thrown = catchThrowable(() -> WebhookRegistration.fromClasses(classes));
      assertThat(thrown).isInstanceOf(InvalidWebhookException.class);
      assertThat(thrown.getMessage().split("\n"))
          .containsExactlyElementsOf(misuse.messages().stream().map(misuse::in).toList());
    }
  }

  private static List<Class<?>> ruleClasses(String folder, ClassLoader loader)
      throws IOException, ClassNotFoundException {
    var classes = new ArrayList<Class<?>>();
    try (Stream<Path> files = Files.list(output.resolve(folder))) {
      for (Path file : files.sorted().toList()) {
        String name = output.relativize(file).toString().replace('/', '.');
        Class<?> type = loader.loadClass(name.substring(0, name.length() - ".class".length()));
        if (type.isAnnotationPresent(Webhook.class)
            || Arrays.stream(type.getDeclaredMethods())
                .flatMap(
                    method -> MethodDescription.ANNOTATIONS.stream().map(method::getAnnotation))
                .anyMatch(Objects::nonNull)) {
          classes.add(type);
        }
      }
    }
    return classes;
  }
}
