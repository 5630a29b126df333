package io.usher.rules;

import io.usher.rule.LoopGuard;
import io.usher.rule.RegexGuard;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts calls of {@link LoopGuard} and {@link RegexGuard} into a class: nothing in it can go on for
 * ever then.
 */
final class GuardedClass {

  private static final String LOOPS = Type.getInternalName(LoopGuard.class);
  private static final String EXPRESSIONS = Type.getInternalName(RegexGuard.class);

  /** What {@link RegexGuard} has a method for: the JDK's method, and what that is. */
  private static final Map<Called, Called> GUARDED = guarded();

  private GuardedClass() {}

  /**
   * The class file with a check at the start of each method and before each jump back; as it is,
   * when a method would be too long with them.
   */
  static byte[] of(byte[] file) {
    var reader = new ClassReader(file);
    var writer = new ClassWriter(reader, 0);
    reader.accept(new Classes(writer), 0);
    try {
      return writer.toByteArray();
    } catch (MethodTooLargeException e) {
      return file;
    }
  }

  private static Map<Called, Called> guarded() {
    var guarded = new HashMap<Called, Called>();
    for (Method method : RegexGuard.class.getMethods()) {
      if (method.getDeclaringClass() == RegexGuard.class) {
        Type[] parameters = Type.getArgumentTypes(method);
        Type returned = Type.getReturnType(method);
        Type[] others = Arrays.copyOfRange(parameters, 1, parameters.length);
        guarded.put(
            new Called(
                parameters[0].getInternalName(),
                method.getName(),
                Type.getMethodDescriptor(returned, others)),
            new Called(EXPRESSIONS, method.getName(), Type.getMethodDescriptor(method)));
      }
    }
    guarded.put(
        new Called(
            "java/util/regex/Pattern", "matches", "(Ljava/lang/String;Ljava/lang/CharSequence;)Z"),
        new Called(EXPRESSIONS, "patternMatches", "(Ljava/lang/String;Ljava/lang/CharSequence;)Z"));
    return guarded;
  }

  /** A method that is called, as class files name it. */
  private record Called(String owner, String name, String descriptor) {}

  private static final class Classes extends ClassVisitor {

    Classes(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      return new Methods(super.visitMethod(access, name, descriptor, signature, exceptions));
    }
  }

  private static final class Methods extends MethodVisitor {

    private final Set<Label> passed = new HashSet<>();

    Methods(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      check();
    }

    @Override
    public void visitLabel(Label label) {
      passed.add(label);
      super.visitLabel(label);
    }

    @Override
    public void visitJumpInsn(int opcode, Label target) {
      checkWhenBack(target);
      super.visitJumpInsn(opcode, target);
    }

    @Override
    public void visitTableSwitchInsn(int min, int max, Label otherwise, Label... targets) {
      checkWhenBack(otherwise, targets);
      super.visitTableSwitchInsn(min, max, otherwise, targets);
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] targets) {
      checkWhenBack(otherwise, targets);
      super.visitLookupSwitchInsn(otherwise, keys, targets);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      Called guarded = GUARDED.get(new Called(owner, name, descriptor));
      if (guarded == null) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      } else {
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC, guarded.owner, guarded.name, guarded.descriptor, false);
      }
    }

    /** Method references are among the arguments. */
    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      Object[] guarded = Stream.of(arguments).map(Methods::guarded).toArray();
      super.visitInvokeDynamicInsn(name, descriptor, bootstrap, guarded);
    }

    private static Object guarded(Object argument) {
      if (argument instanceof Handle handle) {
        Called guarded =
            GUARDED.get(new Called(handle.getOwner(), handle.getName(), handle.getDesc()));
        if (guarded != null) {
          return new Handle(
              Opcodes.H_INVOKESTATIC, guarded.owner, guarded.name, guarded.descriptor, false);
        }
      }
      return argument;
    }

    private void checkWhenBack(Label target, Label... more) {
      if (passed.contains(target) || Stream.of(more).anyMatch(passed::contains)) {
        check();
      }
    }

    /** Needs no stack and changes none, so the frames stay as they are. */
    private void check() {
      super.visitMethodInsn(Opcodes.INVOKESTATIC, LOOPS, "check", "()V", false);
    }
  }
}
