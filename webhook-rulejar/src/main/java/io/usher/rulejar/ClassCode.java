package io.usher.rulejar;

import io.usher.rulejar.ScannedClass.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * What the methods of a class refer to, each for itself.
 *
 * @param supertypes the superclass and the interfaces
 * @param methods by name and descriptor, {@code rule(LPod;)V}
 */
record ClassCode(List<String> supertypes, Map<String, Method> methods) {

  /** Who catches these expects that a class or a member may be missing. */
  private static final Set<String> LINKAGE_ERRORS =
      Set.of(
          "java/lang/LinkageError",
          "java/lang/NoClassDefFoundError",
          "java/lang/IncompatibleClassChangeError",
          "java/lang/NoSuchMethodError",
          "java/lang/NoSuchFieldError");

  /** One method's code. */
  static final class Method {
    /** What the JVM resolves as it runs. */
    final Set<Reference> references = new LinkedHashSet<>();

    /** Of which classes it makes instances. */
    final Set<String> instantiated = new HashSet<>();

    boolean isRule;

    /** Whether it is prepared for references that lead nowhere. */
    boolean catchesLinkageErrors;
  }

  /** Reads a class file. */
  static ClassCode read(byte[] file) {
    var methods = new LinkedHashMap<String, Method>();
    var reader = new ClassReader(file);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            var method = new Method();
            methods.put(name + descriptor, method);
            return new Code(method);
          }
        },
        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new ClassCode(ClassShape.supertypes(reader), methods);
  }

  private static final class Code extends MethodVisitor {

    private final Method method;

    Code(Method method) {
      super(Opcodes.ASM9);
      this.method = method;
    }

    @Override
    public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      method.isRule |= RuleMethods.DESCRIPTORS.contains(descriptor);
      return null;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      add(Type.getObjectType(type));
      if (opcode == Opcodes.NEW) {
        method.instantiated.add(type);
      }
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      method.references.add(new Reference(owner, name + " " + descriptor));
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (owner.startsWith("[")) {
        add(Type.getObjectType(owner));
      } else {
        method.references.add(new Reference(owner, name + descriptor));
      }
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle bootstrap, Object... arguments) {
      add(Type.getMethodType(descriptor));
      add(bootstrap);
      Stream.of(arguments).forEach(this::addConstant);
    }

    @Override
    public void visitLdcInsn(Object constant) {
      addConstant(constant);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
      add(Type.getType(descriptor));
    }

    @Override
    public void visitTryCatchBlock(Label start, Label end, Label handler, @Nullable String type) {
      if (type != null) {
        add(Type.getObjectType(type));
        method.catchesLinkageErrors |= LINKAGE_ERRORS.contains(type);
      }
    }

    private void addConstant(Object constant) {
      if (constant instanceof Type type) {
        add(type);
      } else if (constant instanceof Handle handle) {
        add(handle);
      }
    }

    private void add(Handle handle) {
      boolean isMethod = handle.getDesc().startsWith("(");
      String member = handle.getName() + (isMethod ? "" : " ") + handle.getDesc();
      method.references.add(new Reference(handle.getOwner(), member));
      add(Type.getType(handle.getDesc()));
      if (handle.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
        method.instantiated.add(handle.getOwner());
      }
    }

    /** A method's type resolves all that it is made of. */
    private void add(Type type) {
      switch (type.getSort()) {
        case Type.METHOD -> {
          add(type.getReturnType());
          Stream.of(type.getArgumentTypes()).forEach(this::add);
        }
        case Type.ARRAY -> add(type.getElementType());
        case Type.OBJECT -> method.references.add(Reference.to(type.getInternalName()));
        default -> {}
      }
    }
  }

  /** The methods that the server calls: the rules, and what makes the object that has them. */
  List<String> entries() {
    var entries = new ArrayList<String>();
    methods.forEach(
        (name, method) -> {
          if (method.isRule || name.startsWith("<")) {
            entries.add(name);
          }
        });
    return entries;
  }
}
