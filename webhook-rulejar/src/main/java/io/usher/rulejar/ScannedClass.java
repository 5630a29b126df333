package io.usher.rulejar;

import io.usher.rule.Webhook;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What a class file tells without being loaded. Names are internal, {@code com/example/Labeling}.
 *
 * @param name the class
 * @param supertypes the superclass and the interfaces
 * @param webhook whether it is annotated with {@code @Webhook}
 * @param hasRules whether a method is annotated as a rule
 * @param references what its code and its declarations refer to outside of {@code java};
 *     annotations don't count, since the JVM ignores those whose types are missing
 */
record ScannedClass(
    String name,
    List<String> supertypes,
    boolean webhook,
    boolean hasRules,
    Set<Reference> references) {

  /** Tags of the constant pool, JVMS 4.4. */
  private static final int CLASS = 7;

  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;
  private static final int METHOD_TYPE = 16;

  /**
   * A class, or a member of one.
   *
   * @param owner the class
   * @param member {@code getSpec()LPodSpec;} for a method, {@code spec LPodSpec;} for a field,
   *     empty for the class itself
   */
  record Reference(String owner, String member) {

    static Reference to(String owner) {
      return new Reference(owner, "");
    }

    // Written out, as linking the generated ones takes a noticeable part of the server's start.
    @Override
    public boolean equals(Object other) {
      return other instanceof Reference that
          && owner.equals(that.owner)
          && member.equals(that.member);
    }

    @Override
    public int hashCode() {
      return 31 * owner.hashCode() + member.hashCode();
    }

    /** As a source has it, {@code com.example.Foo.bar(String, int)}. */
    String describe() {
      String type = owner.replace('/', '.').replace('$', '.');
      int parameters = member.indexOf('(');
      if (member.isEmpty()) {
        return type;
      }
      if (parameters < 0) {
        return type + "." + member.substring(0, member.indexOf(' '));
      }
      String name = member.substring(0, parameters);
      return Stream.of(Type.getArgumentTypes(member.substring(parameters)))
          .map(parameter -> parameter.getClassName())
          .map(parameter -> parameter.substring(parameter.lastIndexOf('.') + 1))
          .collect(
              Collectors.joining(
                  ", ",
                  name.equals("<init>") ? "new " + type + "(" : type + "." + name + "(",
                  ")"));
    }
  }

  /** Reads a class file; only the constant pool and the declarations, no code. */
  static ScannedClass read(byte[] file) {
    var reader = new ClassReader(file);
    var references = new LinkedHashSet<Reference>();
    new ConstantPool(reader, references).collect();
    var declarations = new Declarations(references);
    reader.accept(
        declarations, ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new ScannedClass(
        reader.getClassName(),
        ClassShape.supertypes(reader),
        declarations.webhook,
        declarations.hasRules,
        references);
  }

  private static void addTypes(Set<Reference> references, String descriptor) {
    int from = descriptor.indexOf('L');
    while (from >= 0) {
      int to = descriptor.indexOf(';', from);
      if (!isJdks(descriptor, from + 1)) {
        references.add(Reference.to(descriptor.substring(from + 1, to)));
      }
      from = descriptor.indexOf('L', to);
    }
  }

  /** Most references are the JDK's, and of a large library they are many thousands. */
  private static boolean isJdks(String text, int from) {
    return text.startsWith("java/", from);
  }

  /** What code refers to is all in the constant pool. */
  private record ConstantPool(ClassReader reader, Set<Reference> references) {

    void collect() {
      var buffer = new char[reader.getMaxStringLength()];
      for (int i = 1; i < reader.getItemCount(); i++) {
        int item = reader.getItem(i);
        if (item > 0) {
          collect(item, buffer);
        }
      }
    }

    private void collect(int item, char[] buffer) {
      switch (reader.readByte(item - 1)) {
        case CLASS -> addClass(reader.readUTF8(item, buffer));
        case FIELD -> addMember(item, " ", buffer);
        case METHOD, INTERFACE_METHOD -> addMember(item, "", buffer);
        case NAME_AND_TYPE -> addTypes(references, reader.readUTF8(item + 2, buffer));
        case METHOD_TYPE -> addTypes(references, reader.readUTF8(item, buffer));
        default -> {}
      }
    }

    private void addMember(int item, String separator, char[] buffer) {
      String owner = reader.readClass(item, buffer);
      // Methods of an array's class are Object's.
      if (owner.startsWith("[") || isJdks(owner, 0)) {
        return;
      }
      int nameAndType = reader.getItem(reader.readUnsignedShort(item + 2));
      String name = reader.readUTF8(nameAndType, buffer);
      String descriptor = reader.readUTF8(nameAndType + 2, buffer);
      references.add(new Reference(owner, name + separator + descriptor));
    }

    private void addClass(String name) {
      if (name.startsWith("[")) {
        addTypes(references, name);
      } else if (!isJdks(name, 0)) {
        references.add(Reference.to(name));
      }
    }
  }

  /** Declared fields and methods name their types in strings alone. */
  private static final class Declarations extends ClassVisitor {

    private static final String WEBHOOK = Type.getDescriptor(Webhook.class);

    private final Set<Reference> references;
    private boolean webhook;
    private boolean hasRules;

    Declarations(Set<Reference> references) {
      super(Opcodes.ASM9);
      this.references = references;
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      webhook |= descriptor.equals(WEBHOOK);
      return null;
    }

    @Override
    public @Nullable FieldVisitor visitField(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        @Nullable Object value) {
      addTypes(references, descriptor);
      return null;
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      addTypes(references, descriptor);
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public @Nullable AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
          hasRules |= RuleMethods.DESCRIPTORS.contains(annotation);
          return null;
        }
      };
    }
  }
}
