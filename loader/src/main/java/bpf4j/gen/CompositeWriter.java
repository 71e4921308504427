package bpf4j.gen;

import bpf4j.gen.BoundTypes.Composite;
import bpf4j.gen.BoundTypes.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the class of a struct or union: offsets, accessors of memory, and a record where one is possible. */
final class CompositeWriter {

    private static final String NATIVE = "ValueLayout.JAVA_%s_UNALIGNED";

    private final JavaText out;
    private final BoundTypes types;
    private final Composite type;
    private final String outer;

    CompositeWriter(JavaText out, BoundTypes types, Composite type, String outer) {
        this.out = out;
        this.types = types;
        this.type = type;
        this.outer = outer;
    }

    void write() {
        String what = "%s: %d bytes.".formatted(JavaText.code(type.cName()), type.sizeBytes());
        if (type.isRecord()) {
            out.doc(what, type.fields().stream().map(field -> "@param %s %s%s".formatted(field.javaName(),
                    JavaText.code(types.declaration(field)), note(field))).toArray(String[]::new));
            out.line("public record %s(%s) {", type.javaName(), type.fields().stream()
                    .map(field -> javaType(field.shape()) + " " + field.javaName()).collect(Collectors.joining(", ")));
        } else {
            out.doc(what + " There is no record of it: " + (type.fields().isEmpty() ? "it has no members."
                    : "members share memory, or a value has no fixed form in Java."));
            out.line("public static final class %s {", type.javaName());
        }
        out.blank().doc("Size in bytes.");
        out.line("public static final int SIZE_BYTES = %d;", type.sizeBytes());
        if (type.isRecord()) {
            out.doc("Values of this type in memory, for instance in a map.");
            out.line("public static final Codec<%s> CODEC = new Form();", type.javaName());
        }
        type.fields().forEach(this::constants);
        out.blank().line("static {").line("check(%s.bundled());", outer).line("}");
        if (!type.isRecord()) {
            out.blank().line("private %s() {", type.javaName()).line("}");
        }
        type.fields().forEach(this::accessors);
        if (type.isRecord()) {
            value();
        }
        check();
        out.line("}");
    }

    private static String note(Field field) {
        return field.shape() instanceof Shape.Scalar scalar && scalar.kind() == Shape.Kind.INT ? ", all 32 bits"
                : field.shape() instanceof Shape.Text text ? ", UTF-8 of at most %d bytes".formatted(text.sizeBytes())
                : "";
    }

    private void constants(Field field) {
        String name = JavaNames.constant(field.javaName());
        out.doc("Where %s starts, in %s.".formatted(JavaText.code(types.declaration(field)),
                field.bits() == 0 ? "bytes" : "bits"));
        out.line("public static final long %s_OFFSET%s = %d;", name, field.bits() == 0 ? "" : "_BITS",
                field.bits() == 0 ? field.offsetBits() / Byte.SIZE : field.offsetBits());
        Shape leaf = leaf(field.shape());
        if (field.bits() != 0 || isNarrow(leaf)) {
            boolean whole = field.bits() == 0;
            out.line("private static final IntegerPlace %s_PLACE = new IntegerPlace(%s, %d, %d, %s);", name,
                    JavaText.quote(field.cName()), whole ? 0 : field.offsetBits(),
                    whole ? leaf.sizeBytes() * Byte.SIZE : field.bits(), isSigned(leaf));
        } else if (leaf instanceof Shape.Text || leaf instanceof Shape.Bytes && leaf.sizeBytes() > 0) {
            out.line("private static final Codec<%s> %s_CODEC = %s;", javaType(leaf), name, codec(leaf));
        }
        if (type.isRecord() && field.shape() instanceof Shape.Array array) {
            out.line("private static final Codec<%s> %s_LIST = %s;", javaType(array), name, codec(array));
        }
    }

    private void accessors(Field field) {
        List<Long> counts = new ArrayList<>();
        Shape shape = field.shape();
        while (shape instanceof Shape.Array array) {
            counts.add(array.count());
            shape = array.element();
        }
        String name = JavaNames.constant(field.javaName());
        StringBuilder offset = new StringBuilder(field.bits() != 0 ? "0" : name + "_OFFSET");
        StringBuilder indices = new StringBuilder();
        long stride = field.shape().sizeBytes();
        for (int i = 0; i < counts.size(); i++) {
            String index = counts.size() == 1 ? "index" : "index" + i;
            indices.append(", int ").append(index);
            long count = counts.get(i);
            if (count > 0) {
                stride /= count;
                offset.append(" + %dL * Objects.checkIndex(%s, %d)".formatted(stride, index, count));
            } else {
                // A flexible array ends where the memory does.
                stride = elementStride(counts, i, shape);
                offset.append(" + %dL * %s".formatted(stride, index));
            }
        }
        if (shape instanceof Shape.Bytes && shape.sizeBytes() == 0) {
            return;
        }
        String member = JavaNames.capitalized(field.javaName());
        String declaration = JavaText.code(types.declaration(field));
        String[] parameters = IntStream.range(0, counts.size()).mapToObj(i -> "@param index%s which element%s"
                .formatted(counts.size() == 1 ? "" : i, counts.get(counts.size() == 1 ? 0 : i) > 0
                ? ", below " + counts.get(i) : "; the memory ends after the last")).toArray(String[]::new);
        out.blank().doc("{@return %s of a value in memory%s}".formatted(declaration,
                shape instanceof Shape.Composite ? ": the part of that memory" : ""),
                concat(List.of("@param at the memory, which starts with the value"), parameters, List.of()));
        out.line("public static %s get%s(MemorySegment at%s) {", shape instanceof Shape.Composite ? "MemorySegment"
                : javaType(shape), member, indices);
        out.line("return %s;", read(field, shape, name, offset.toString())).line("}");
        if (!(shape instanceof Shape.Composite)) {
            out.blank().doc("Changes %s of a value in memory.".formatted(declaration),
                    concat(List.of("@param at the memory, which starts with the value"), parameters,
                            List.of("@param value the new value" + range(field, shape))));
            out.line("public static void set%s(MemorySegment at%s, %s value) {", member, indices, javaType(shape));
            out.line("%s;", write(field, shape, name, offset.toString())).line("}");
        }
    }

    private static long elementStride(List<Long> counts, int dimension, Shape element) {
        long stride = element.sizeBytes();
        for (int i = dimension + 1; i < counts.size(); i++) {
            stride *= counts.get(i);
        }
        return stride;
    }

    private static String[] concat(List<String> first, String[] middle, List<String> last) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(middle));
        all.addAll(last);
        return all.toArray(String[]::new);
    }

    private static String range(Field field, Shape shape) {
        return isBoolean(shape) || field.bits() == 0 && !isNarrow(shape) ? ""
                : ", of %d bits%s".formatted(field.sizeBits() == 0 || field.bits() == 0 ? shape.sizeBytes() * Byte.SIZE
                        : field.bits(), isSigned(shape) ? " with sign" : "");
    }

    private String read(Field field, Shape shape, String name, String offset) {
        if (field.bits() != 0 || isNarrow(shape)) {
            String bits = "%s_PLACE.read(at, %s)".formatted(name, offset);
            return isBoolean(shape) ? bits + " != 0" : javaType(shape).equals("long") ? bits
                    : "(%s) %s".formatted(javaType(shape), bits);
        }
        return switch (shape) {
            case Shape.Scalar(Shape.Kind kind, int _, boolean _) -> switch (kind) {
                case BOOLEAN -> "at.get(ValueLayout.JAVA_BYTE, %s) != 0".formatted(offset);
                case BYTE -> "at.get(ValueLayout.JAVA_BYTE, %s)".formatted(offset);
                default -> "at.get(%s, %s)".formatted(layout(kind), offset);
            };
            case Shape.Composite inner -> "at.asSlice(%s, %d)".formatted(offset, inner.sizeBytes());
            default -> "%s_CODEC.read(at, %s)".formatted(name, offset);
        };
    }

    private String write(Field field, Shape shape, String name, String offset) {
        if (field.bits() != 0 || isNarrow(shape)) {
            return "%s_PLACE.%s(at, %s, %s)".formatted(name, field.bits() == Long.SIZE ? "write" : "writeChecked",
                    offset, isBoolean(shape) ? "value ? 1 : 0" : wide(field, shape));
        }
        return switch (shape) {
            case Shape.Scalar(Shape.Kind kind, int _, boolean _) -> switch (kind) {
                case BOOLEAN -> "at.set(ValueLayout.JAVA_BYTE, %s, (byte) (value ? 1 : 0))".formatted(offset);
                case BYTE -> "at.set(ValueLayout.JAVA_BYTE, %s, value)".formatted(offset);
                default -> "at.set(%s, %s, value)".formatted(layout(kind), offset);
            };
            default -> "%s_CODEC.write(at, %s, value)".formatted(name, offset);
        };
    }

    /** A bitfield of 32 bits without sign is an int with all of its bits. */
    private static String wide(Field field, Shape shape) {
        return field.bits() == Integer.SIZE && !isSigned(shape) && ((Shape.Scalar) shape).kind() == Shape.Kind.INT
                ? "Integer.toUnsignedLong(value)" : "value";
    }

    private static String layout(Shape.Kind kind) {
        return NATIVE.formatted(switch (kind) {
            case SHORT -> "SHORT";
            case INT -> "INT";
            case LONG -> "LONG";
            case FLOAT -> "FLOAT";
            case DOUBLE -> "DOUBLE";
            case BOOLEAN, BYTE, UNSIGNED_BYTE, UNSIGNED_SHORT ->
                    throw new IllegalArgumentException(kind + " has no layout");
        });
    }

    private void value() {
        List<Field> arrays = type.fields().stream().filter(f -> f.shape() instanceof Shape.Bytes).toList();
        if (!arrays.isEmpty()) {
            equality(arrays);
        }
        out.blank().line("private static final class Form implements Codec<%s> {", type.javaName());
        out.blank().line("@Override").line("public int sizeBytes() {").line("return SIZE_BYTES;").line("}");
        out.blank().line("@Override");
        out.line("public %s read(MemorySegment segment, long offsetBytes) {", type.javaName());
        out.line("MemorySegment at = segment.asSlice(offsetBytes, SIZE_BYTES);");
        out.line("return new %s(%s);", type.javaName(), type.fields().stream().map(this::component)
                .collect(Collectors.joining(", "))).line("}");
        out.blank().line("@Override");
        out.line("public void write(MemorySegment segment, long offsetBytes, %s value) {", type.javaName());
        out.line("MemorySegment at = segment.asSlice(offsetBytes, SIZE_BYTES).fill((byte) 0);");
        for (Field field : type.fields()) {
            String codec = wholeCodec(field);
            out.line(codec != null ? "%s.write(at, %s_OFFSET, value.%s());".formatted(codec,
                    JavaNames.constant(field.javaName()), field.javaName())
                    : "set%s(at, value.%s());".formatted(JavaNames.capitalized(field.javaName()), field.javaName()));
        }
        out.line("}").line("}");
    }

    private String component(Field field) {
        String codec = wholeCodec(field);
        return codec != null ? "%s.read(at, %s_OFFSET)".formatted(codec, JavaNames.constant(field.javaName()))
                : "get%s(at)".formatted(JavaNames.capitalized(field.javaName()));
    }

    /** {@return the codec of a member whose accessors give only parts of it, or null} */
    private String wholeCodec(Field field) {
        return switch (field.shape()) {
            case Shape.Array _ -> JavaNames.constant(field.javaName()) + "_LIST";
            case Shape.Composite inner -> codec(inner);
            case Shape.Scalar _, Shape.Text _, Shape.Bytes _ -> null;
        };
    }

    private void equality(List<Field> arrays) {
        out.blank().doc("{@return whether all members are equal, arrays by their bytes}");
        out.line("@Override").line("public boolean equals(Object other) {");
        out.line("return other instanceof %s that && %s;", type.javaName(), type.fields().stream()
                .map(f -> (arrays.contains(f) ? "Arrays.equals(%1$s, that.%1$s)" : "Objects.equals(%1$s, that.%1$s)")
                        .formatted(f.javaName())).collect(Collectors.joining(" && "))).line("}");
        out.blank().line("@Override").line("public int hashCode() {");
        out.line("return Objects.hash(%s);", type.fields().stream().map(f -> arrays.contains(f)
                ? "Arrays.hashCode(" + f.javaName() + ")" : f.javaName()).collect(Collectors.joining(", "))).line("}");
    }

    private void check() {
        out.blank().line("private static void check(BpfObject object) {");
        List<String> steps = new ArrayList<>();
        steps.add("LayoutCheck.of(object, %s)%s".formatted(JavaText.quote(type.root()),
                type.path().isEmpty() ? ".size(SIZE_BYTES)" : ""));
        type.fields().forEach(field -> steps.add("        .member(%s, %d, %d)".formatted(
                JavaText.quote(type.path() + field.cName()), type.baseBits() + field.offsetBits(), field.sizeBits())));
        steps.set(steps.size() - 1, steps.getLast() + ";");
        steps.forEach(step -> out.line("%s", step));
        out.line("}");
    }

    static Shape leaf(Shape shape) {
        Shape at = shape;
        while (at instanceof Shape.Array array) {
            at = array.element();
        }
        return at;
    }

    private static boolean isNarrow(Shape shape) {
        return shape instanceof Shape.Scalar(Shape.Kind kind, int _, boolean _)
                && (kind == Shape.Kind.UNSIGNED_BYTE || kind == Shape.Kind.UNSIGNED_SHORT);
    }

    private static boolean isBoolean(Shape shape) {
        return shape instanceof Shape.Scalar(Shape.Kind kind, int _, boolean _) && kind == Shape.Kind.BOOLEAN;
    }

    private static boolean isSigned(Shape shape) {
        return shape instanceof Shape.Scalar scalar && scalar.signed();
    }

    private String javaType(Shape shape) {
        return javaType(shape, types);
    }

    static String javaType(Shape shape, BoundTypes types) {
        return switch (shape) {
            case Shape.Scalar scalar -> scalar.kind().java;
            case Shape.Text _ -> "String";
            case Shape.Bytes _ -> "byte[]";
            case Shape.Array array -> "List<" + boxed(array.element(), types) + ">";
            case Shape.Composite inner -> types.composite(inner).javaName();
        };
    }

    static String boxed(Shape shape, BoundTypes types) {
        return shape instanceof Shape.Scalar scalar ? scalar.kind().boxed : javaType(shape, types);
    }

    private String codec(Shape shape) {
        return codec(shape, types);
    }

    /** {@return an expression for a codec of whole values} */
    static String codec(Shape shape, BoundTypes types) {
        return switch (shape) {
            case Shape.Scalar scalar -> "Codec." + scalar.kind().codec;
            case Shape.Text text -> "Codec.string(%d)".formatted(text.sizeBytes());
            case Shape.Bytes bytes -> "Codec.bytes(%d)".formatted(bytes.sizeBytes());
            case Shape.Array array -> "Codec.list(%s, %d)".formatted(codec(array.element(), types), array.count());
            case Shape.Composite inner -> types.composite(inner).javaName() + ".CODEC";
        };
    }
}
