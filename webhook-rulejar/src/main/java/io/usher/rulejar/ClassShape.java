package io.usher.rulejar;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What other classes can refer to of a class.
 *
 * @param supertypes the superclass and the interfaces, internal names
 * @param members as references have them: the public and protected ones, or all
 */
record ClassShape(List<String> supertypes, Set<String> members) {

  /**
   * Reads a class file.
   *
   * @param all whether private and package-private members count
   */
  static ClassShape read(byte[] file, boolean all) {
    var members = new HashSet<String>();
    var reader = new ClassReader(file);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public @Nullable FieldVisitor visitField(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              @Nullable Object value) {
            add(access, name + " " + descriptor);
            return null;
          }

          @Override
          public @Nullable MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            add(access, name + descriptor);
            return null;
          }

          private void add(int access, String member) {
            if (all || (access & (Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED)) != 0) {
              members.add(member);
            }
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return new ClassShape(supertypes(reader), members);
  }

  /** The superclass, which Object alone has not, and the interfaces. */
  static List<String> supertypes(ClassReader reader) {
    var supertypes = new ArrayList<String>();
    if (reader.getSuperName() != null) {
      supertypes.add(reader.getSuperName());
    }
    supertypes.addAll(List.of(reader.getInterfaces()));
    return supertypes;
  }
}
