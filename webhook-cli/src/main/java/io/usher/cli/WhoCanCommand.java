package io.usher.cli;

import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.authz.RbacGrant;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists whom RBAC allows something, by which bindings and rules. */
@Command(
    name = "who-can",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "List the users, groups and service accounts that RBAC allows a request, each with the"
            + " binding and the rule that decide: by manifests, or by the roles and bindings of a"
            + " cluster.")
final class WhoCanCommand implements Callable<Integer> {

  private static final List<String> HEADER = List.of("SUBJECT", "BINDING", "ROLE", "RULE");

  @Mixin private AccessOptions access = new AccessOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RequestInfo request = access.request();
    RbacAuthorizer rbac = access.policies();
    List<RbacGrant> grants = rbac.grants(request);
    PrintWriter out = spec.commandLine().getOut();
    if (grants.isEmpty()) {
      out.println("nobody but members of system:masters");
    } else {
      print(grants, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static void print(List<RbacGrant> grants, PrintWriter out) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEADER);
    for (RbacGrant each : grants) {
      rows.add(
          List.of(
              each.subject().toString(),
              each.binding().toString(),
              each.binding().roleRef().toString(),
              each.rule().toString()));
    }
    int last = HEADER.size() - 1;
    var widths = new int[last];
    for (List<String> row : rows) {
      for (int column = 0; column < last; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    for (List<String> row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < last; column++) {
        String text = row.get(column);
        line.append(text).append(" ".repeat(widths[column] - text.length() + 3));
      }
      out.println(line.append(row.get(last)));
    }
  }
}
