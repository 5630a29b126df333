package io.usher.processor;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.usher.admission.AdmissionRequest;
import io.usher.rule.RuleContext;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a rule's body does to its object: setters, and edits of collections, that are called
 * on the parameter or on what getters lead to from there. Other ways to edit pass unseen.
 */
final class DiscardedEdits extends TreeScanner<@Nullable Void, @Nullable Void> {

  private static final Pattern EDIT =
      Pattern.compile(
          "set[A-Z]\\w*|set|put|putAll|putIfAbsent|putObject|putArray|putNull|add|addAll|addObject"
              + "|remove|removeAll|removeIf|clear|replace|replaceAll|merge|without");

  private static final Pattern GETTER =
      Pattern.compile("get[A-Z]\\w*|get|path|with|withObject|withArray|at|required");

  private static final Set<String> NO_OBJECTS =
      Set.of(RuleContext.class.getName(), AdmissionRequest.class.getName());

  /** Names of the parameters and variables that hold the object, or a part of it. */
  private final Set<String> objects = new HashSet<>();

  private final Set<String> edits = new TreeSet<>();

  private DiscardedEdits() {}

  /** The names of the methods; none where no compiler shows the method's body. */
  static Collection<String> in(ExecutableElement method, ProcessingEnvironment environment) {
    MethodTree tree;
    try {
      tree = Trees.instance(environment).getTree(method);
    } catch (IllegalArgumentException | LinkageError e) {
      // Eclipse's compiler, or a build tool that wraps javac's environment: the check is left out.
      return List.of();
    }
    BlockTree body = tree == null ? null : tree.getBody();
    if (body == null) {
      return List.of();
    }
    var scanner = new DiscardedEdits();
    for (VariableElement parameter : method.getParameters()) {
      if (!NO_OBJECTS.contains(parameter.asType().toString())) {
        scanner.objects.add(parameter.getSimpleName().toString());
      }
    }
    scanner.scan(body, null);
    return scanner.edits;
  }

  @Override
  public @Nullable Void visitVariable(VariableTree variable, @Nullable Void nothing) {
    if (isPartOfObject(variable.getInitializer())) {
      objects.add(variable.getName().toString());
    }
    return super.visitVariable(variable, nothing);
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
    if (call.getMethodSelect() instanceof MemberSelectTree method
        && EDIT.matcher(method.getIdentifier()).matches()
        && isPartOfObject(method.getExpression())) {
      edits.add(method.getIdentifier().toString());
    }
    return super.visitMethodInvocation(call, nothing);
  }

  /** The object, or what getters alone lead to from it. */
  private boolean isPartOfObject(@Nullable ExpressionTree expression) {
    if (expression instanceof IdentifierTree variable) {
      return objects.contains(variable.getName().toString());
    }
    return expression instanceof MethodInvocationTree call
        && call.getMethodSelect() instanceof MemberSelectTree method
        && GETTER.matcher(method.getIdentifier()).matches()
        && isPartOfObject(method.getExpression());
  }
}
