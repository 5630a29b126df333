package io.usher.rulejar;

import io.usher.rulejar.guard.DefinitionGuard;
import io.usher.rulejar.guard.DefinitionGuard.Definition;
import io.usher.rulejar.guard.ExitGuard;
import io.usher.rulejar.guard.RegexGuard;
import java.lang.invoke.LambdaMetafactory;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Has a method call the guards in place of those methods of the JDK that would run for ever, end
 * the process, or define a class without checks.
 */
final class GuardedCalls extends MethodVisitor {

  private static final String DEFINITIONS = Type.getInternalName(DefinitionGuard.class);
  private static final String DEFINITION = Type.getInternalName(Definition.class);

  /** What the JDK's methods are replaced with, by their owner, name and descriptor. */
  private static final Map<String, Handle> REPLACEMENTS = replacements();

  /**
   * The descriptors of {@link ClassLoader}'s {@code defineClass}, by their last parameter's type.
   */
  private static final Map<String, String> LOADER_DEFINITIONS =
      Map.of(
          "(Ljava/lang/String;[BII)Ljava/lang/Class;",
          "",
          "(Ljava/lang/String;[BIILjava/security/ProtectionDomain;)Ljava/lang/Class;",
          "java/security/ProtectionDomain",
          "(Ljava/lang/String;[BIILjava/security/CodeSource;)Ljava/lang/Class;",
          "java/security/CodeSource");

  private boolean definesClasses;

  GuardedCalls(MethodVisitor next) {
    super(Opcodes.ASM9, next);
  }

  /** An instance method's replacement has its name, and what it is called on as first parameter. */
  private static Map<String, Handle> replacements() {
    var replacements = new HashMap<String, Handle>();
    Map<String, String> statics =
        Map.of(
            "patternMatches",
            "java/util/regex/Pattern.matches",
            "systemExit",
            "java/lang/System.exit");
    for (Class<?> guard : List.of(RegexGuard.class, ExitGuard.class, DefinitionGuard.class)) {
      for (Method method : guard.getDeclaredMethods()) {
        if (!Modifier.isPublic(method.getModifiers())) {
          continue;
        }
        Type[] parameters = Type.getArgumentTypes(method);
        String ofStatic = statics.get(method.getName());
        if (ofStatic != null) {
          replacements.put(ofStatic + Type.getMethodDescriptor(method), handle(guard, method));
        } else if (parameters.length > 0 && parameters[0].getSort() == Type.OBJECT) {
          Type[] others = Arrays.copyOfRange(parameters, 1, parameters.length);
          replacements.put(
              parameters[0].getInternalName()
                  + "."
                  + method.getName()
                  + Type.getMethodDescriptor(Type.getReturnType(method), others),
              handle(guard, method));
        }
      }
    }
    return replacements;
  }

  private static Handle handle(Class<?> guard, Method method) {
    return new Handle(
        Opcodes.H_INVOKESTATIC,
        Type.getInternalName(guard),
        method.getName(),
        Type.getMethodDescriptor(method),
        false);
  }

  private static @Nullable Handle replacement(String owner, String name, String descriptor) {
    return REPLACEMENTS.get(owner + "." + name + descriptor);
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean isInterface) {
    Handle replacement = replacement(owner, name, descriptor);
    if (replacement != null) {
      super.visitMethodInsn(
          Opcodes.INVOKESTATIC,
          replacement.getOwner(),
          replacement.getName(),
          replacement.getDesc(),
          false);
      return;
    }
    if (name.equals("defineClass")
        && opcode != Opcodes.INVOKESTATIC
        && LOADER_DEFINITIONS.containsKey(descriptor)) {
      guardDefinition(LOADER_DEFINITIONS.get(descriptor));
    }
    super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
  }

  /** Replaces the arguments on the stack; below them is what the method is called on. */
  private void guardDefinition(String domain) {
    definesClasses = true;
    String last = domain.isEmpty() ? "" : "Ljava/lang/Object;";
    onDefinitions("definition", "(Ljava/lang/String;[BII" + last + ")L" + DEFINITION + ";");
    visitInsn(Opcodes.DUP2);
    onDefinitions("guarded", "(Ljava/lang/Object;L" + DEFINITION + ";)L" + DEFINITION + ";");
    visitInsn(Opcodes.SWAP);
    visitInsn(Opcodes.POP);
    push("name", "Ljava/lang/String;");
    push("bytes", "[B");
    push("offset", "I");
    push("length", "I");
    if (domain.isEmpty()) {
      visitInsn(Opcodes.POP);
    } else {
      super.visitMethodInsn(
          Opcodes.INVOKEVIRTUAL, DEFINITION, "domain", "()Ljava/lang/Object;", false);
      visitTypeInsn(Opcodes.CHECKCAST, domain);
    }
  }

  private void onDefinitions(String name, String descriptor) {
    super.visitMethodInsn(Opcodes.INVOKESTATIC, DEFINITIONS, name, descriptor, false);
  }

  /** Puts a component below the definition. */
  private void push(String component, String type) {
    visitInsn(Opcodes.DUP);
    super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, DEFINITION, component, "()" + type, false);
    visitInsn(Opcodes.SWAP);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    super.visitMaxs(definesClasses ? maxStack + 2 : maxStack, maxLocals);
  }

  /**
   * Method references are among the arguments. A serializable one stays as it is: its class finds
   * it again by the name of the JDK's method.
   */
  @Override
  public void visitInvokeDynamicInsn(
      String name, String descriptor, Handle bootstrap, Object... arguments) {
    Object[] guarded =
        isSerializable(bootstrap, arguments)
            ? arguments
            : Stream.of(arguments).map(GuardedCalls::guarded).toArray();
    super.visitInvokeDynamicInsn(name, descriptor, bootstrap, guarded);
  }

  private static boolean isSerializable(Handle bootstrap, Object... arguments) {
    return bootstrap.getName().equals("altMetafactory")
        && ((Integer) arguments[3] & LambdaMetafactory.FLAG_SERIALIZABLE) != 0;
  }

  private static Object guarded(Object argument) {
    if (argument instanceof Handle handle) {
      Handle replacement = replacement(handle.getOwner(), handle.getName(), handle.getDesc());
      return replacement == null ? handle : replacement;
    }
    return argument;
  }
}
