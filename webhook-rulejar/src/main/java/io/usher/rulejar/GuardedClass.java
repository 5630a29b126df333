package io.usher.rulejar;

import io.usher.rulejar.guard.LoopGuard;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Puts calls of {@link LoopGuard} and of {@linkplain GuardedCalls the other guards} into a class:
 * nothing in it can go on for ever then.
 */
final class GuardedClass {

  private static final String LOOPS = Type.getInternalName(LoopGuard.class);

  private GuardedClass() {}

  /**
   * The class file with a check at the start of each method and before each jump back; as it is,
   * when it has them already, or a method would be too long with them.
   */
  static byte[] of(byte[] file) {
    if (new String(file, StandardCharsets.ISO_8859_1).contains(LOOPS)) {
      return file;
    }
    var reader = new ClassReader(file);
    var writer = new ClassWriter(reader, 0);
    reader.accept(new Classes(writer), 0);
    try {
      return writer.toByteArray();
    } catch (MethodTooLargeException e) {
      return file;
    }
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
      return new Methods(
          new GuardedCalls(super.visitMethod(access, name, descriptor, signature, exceptions)));
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
