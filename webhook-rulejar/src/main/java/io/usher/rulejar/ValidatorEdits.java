package io.usher.rulejar;

import io.usher.rule.Validating;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Finds setters of fabric8's model that validating rules call. What a rule does to its object there
 * is discarded; a setter on an object of the rule's own making can't be told from one on that.
 */
final class ValidatorEdits extends ClassVisitor {

  private static final String MODEL = "io/fabric8/kubernetes/api/model/";
  private static final Pattern SETTER = Pattern.compile("set[A-Z]\\w*");
  private static final String VALIDATING = Type.getDescriptor(Validating.class);

  private final List<String> found = new ArrayList<>();

  private ValidatorEdits() {
    super(Opcodes.ASM9);
  }

  /** Each as {@code requireOwner calls Deployment.setSpec}; none where the class can't be read. */
  static List<String> in(Class<?> type) {
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    var edits = new ValidatorEdits();
    try (InputStream code = type.getResourceAsStream(file)) {
      if (code != null) {
        new ClassReader(code).accept(edits, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
      }
    } catch (IOException e) {
      // It was loaded: what can't be read again only goes without this warning.
      return List.of();
    }
    return edits.found;
  }

  @Override
  public MethodVisitor visitMethod(
      int access,
      String method,
      String descriptor,
      @Nullable String signature,
      String @Nullable [] exceptions) {
    return new MethodVisitor(Opcodes.ASM9) {

      private boolean validates;

      @Override
      public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
        validates |= annotation.equals(VALIDATING);
        return null;
      }

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String types, boolean isInterface) {
        if (validates
            && owner.startsWith(MODEL)
            && types.endsWith(")V")
            && SETTER.matcher(name).matches()) {
          found.add(
              "%s calls %s.%s"
                  .formatted(method, owner.substring(owner.lastIndexOf('/') + 1), name));
        }
      }
    };
  }
}
