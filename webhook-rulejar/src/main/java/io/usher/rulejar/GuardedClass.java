package io.usher.rulejar;

import io.usher.rulejar.guard.LoopGuard;
import io.usher.rulejar.guard.RegexGuard;
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

  /**
   * The JDK's methods that {@link RegexGuard} has one in place of, by the same name: each with that
   * one's descriptor.
   */
  private static final Map<String, String> GUARDED = guarded();

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

  private static Map<String, String> guarded() {
    var guarded = new HashMap<String, String>();
    for (Method method : RegexGuard.class.getMethods()) {
      if (method.getDeclaringClass() == RegexGuard.class) {
        Type[] parameters = Type.getArgumentTypes(method);
        Type[] others = Arrays.copyOfRange(parameters, 1, parameters.length);
        guarded.put(
            key(
                parameters[0].getInternalName(),
                method.getName(),
                Type.getMethodDescriptor(Type.getReturnType(method), others)),
            Type.getMethodDescriptor(method));
      }
    }
    String ofStatic = "(Ljava/lang/String;Ljava/lang/CharSequence;)Z";
    guarded.put(key("java/util/regex/Pattern", "matches", ofStatic), ofStatic);
    return guarded;
  }

  private static String key(String owner, String name, String descriptor) {
    return owner + "." + name + descriptor;
  }

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
      String guarded = GUARDED.get(key(owner, name, descriptor));
      if (guarded == null) {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      } else {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, EXPRESSIONS, name, guarded, false);
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
        String guarded = GUARDED.get(key(handle.getOwner(), handle.getName(), handle.getDesc()));
        if (guarded != null) {
          return new Handle(Opcodes.H_INVOKESTATIC, EXPRESSIONS, handle.getName(), guarded, false);
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
