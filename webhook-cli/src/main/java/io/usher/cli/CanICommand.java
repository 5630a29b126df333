package io.usher.cli;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.AuthorizerChain;
import io.usher.apiserver.authz.RbacAuthorizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tells whether RBAC allows something to a user, by which binding and rule. */
@Command(
    name = "can-i",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Tell whether RBAC allows a request to a user, and the binding and the rule that decide: by"
            + " manifests, or by the roles and bindings of a cluster.")
final class CanICommand implements Callable<Integer> {

  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
  private static final String ANONYMOUS = "system:anonymous";

  @Option(
      names = "--as",
      required = true,
      paramLabel = "USER",
      description =
          "who: a user's name, or system:serviceaccount:NAMESPACE:NAME, who is in his groups")
  private String user;

  @Option(
      names = "--as-group",
      paramLabel = "GROUP",
      description = "a group of the user, beside system:authenticated; several times for several")
  private List<String> groups = List.of();

  @Mixin private AccessOptions access = new AccessOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RequestInfo request = access.request();
    RbacAuthorizer rbac = access.policies();
    UserInfo who = UserInfo.of(user, allGroups().toArray(String[]::new));
    Decision decision = new AuthorizerChain(List.of(rbac)).authorize(who, request);
    PrintWriter out = spec.commandLine().getOut();
    out.println(decision.allowed() ? "yes" : "no");
    if (!decision.allowed() && !decision.reason().isEmpty()) {
      out.println("  " + decision.reason());
    }
    if (decision.allowed()) {
      rbac.grants(request).stream()
          .filter(each -> each.isFor(who))
          .findFirst()
          .ifPresentOrElse(
              each -> {
                out.printf(
                    "  %s of %s to %s%n", each.binding(), each.binding().roleRef(), each.subject());
                out.println("  " + each.rule());
              },
              () -> out.println("  members of system:masters may do everything"));
    }
    out.flush();
    return decision.allowed() ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<String> allGroups() {
    var all = new ArrayList<>(groups);
    String[] account = user.split(":", -1);
    if (user.startsWith(SERVICE_ACCOUNT) && account.length == 4) {
      all.add("system:serviceaccounts");
      all.add("system:serviceaccounts:" + account[2]);
    }
    all.add(user.equals(ANONYMOUS) ? "system:unauthenticated" : "system:authenticated");
    return all;
  }
}
