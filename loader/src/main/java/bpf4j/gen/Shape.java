package bpf4j.gen;

import bpf4j.btf.Btf;
import bpf4j.btf.BtfType;

/** What a C type is in Java. */
sealed interface Shape {

    /** {@return the size in bytes} */
    long sizeBytes();

    /** A number, a truth value, an enumerator or an address: a primitive of Java. */
    record Scalar(Kind kind, int bytes, boolean signed) implements Shape {

        @Override
        public long sizeBytes() {
            return bytes;
        }
    }

    /** Kinds of scalars by what Java makes of them. */
    enum Kind {
        BOOLEAN("boolean", "Boolean", "BOOLEAN"),
        BYTE("byte", "Byte", "BYTE"),
        UNSIGNED_BYTE("int", "Integer", "U8"),
        SHORT("short", "Short", "SHORT"),
        UNSIGNED_SHORT("int", "Integer", "U16"),
        INT("int", "Integer", "INT"),
        LONG("long", "Long", "LONG"),
        FLOAT("float", "Float", ""),
        DOUBLE("double", "Double", "");

        final String java;
        final String boxed;
        final String codec;

        Kind(String java, String boxed, String codec) {
            this.java = java;
            this.boxed = boxed;
            this.codec = codec;
        }
    }

    /** An array of char: text. */
    record Text(long sizeBytes) implements Shape {
    }

    /** An array of unsigned char, or what Java has no number for. */
    record Bytes(long sizeBytes) implements Shape {
    }

    /** An array of anything else. */
    record Array(Shape element, long count) implements Shape {

        @Override
        public long sizeBytes() {
            return element.sizeBytes() * count;
        }
    }

    /** A struct or union. {@code typeId} has no typedefs and qualifiers. */
    record Composite(int typeId, long sizeBytes) implements Shape {
    }

    /** {@return the shape of a type} A type without a size is no bytes. */
    static Shape of(Btf btf, int id) {
        return of(btf, id, 0);
    }

    private static Shape of(Btf btf, int id, int depth) {
        int stripped = btf.strip(id);
        return switch (btf.type(stripped)) {
            case BtfType.Int t -> integer(t);
            case BtfType.Float t when t.sizeBytes() == Float.BYTES -> new Scalar(Kind.FLOAT, Float.BYTES, true);
            case BtfType.Float t when t.sizeBytes() == Double.BYTES -> new Scalar(Kind.DOUBLE, Double.BYTES, true);
            case BtfType.Float t -> new Bytes(t.sizeBytes());
            case BtfType.Ptr _ -> new Scalar(Kind.LONG, Long.BYTES, false);
            case BtfType.Enumeration t -> scalar(t.sizeBytes(), t.signed());
            case BtfType.Composite t -> new Composite(stripped, t.sizeBytes());
            case BtfType.Array t -> {
                Shape element = depth > MAX_DIMENSIONS ? new Bytes(0) : of(btf, t.elementTypeId(), depth + 1);
                yield array(btf, t, element);
            }
            default -> new Bytes(0);
        };
    }

    /** A compiler has more dimensions than anyone uses; a file may claim any number. */
    int MAX_DIMENSIONS = 8;

    private static Shape array(Btf btf, BtfType.Array type, Shape element) {
        if (element instanceof Scalar(Kind kind, int _, boolean _) && type.count() > 0) {
            if (kind == Kind.BYTE && btf.stripped(type.elementTypeId()) instanceof BtfType.Int t && isChar(t)) {
                return new Text(type.count());
            }
            if (kind == Kind.UNSIGNED_BYTE) {
                return new Bytes(type.count());
            }
        }
        return new Array(element, type.count());
    }

    private static boolean isChar(BtfType.Int type) {
        return type.name().equals("char") || (type.encoding() & BtfType.Int.CHAR) != 0;
    }

    private static Shape integer(BtfType.Int type) {
        if ((type.encoding() & BtfType.Int.BOOL) != 0 && type.sizeBytes() == 1) {
            return new Scalar(Kind.BOOLEAN, 1, false);
        }
        boolean whole = type.offsetBits() == 0 && type.bits() == type.sizeBytes() * Byte.SIZE;
        return whole && type.sizeBytes() <= Long.BYTES ? scalar(type.sizeBytes(), type.signed() || isChar(type))
                : new Bytes(type.sizeBytes());
    }

    private static Shape scalar(int sizeBytes, boolean signed) {
        return switch (sizeBytes) {
            case Byte.BYTES -> new Scalar(signed ? Kind.BYTE : Kind.UNSIGNED_BYTE, sizeBytes, signed);
            case Short.BYTES -> new Scalar(signed ? Kind.SHORT : Kind.UNSIGNED_SHORT, sizeBytes, signed);
            case Integer.BYTES -> new Scalar(Kind.INT, sizeBytes, signed);
            case Long.BYTES -> new Scalar(Kind.LONG, sizeBytes, signed);
            default -> new Bytes(sizeBytes);
        };
    }
}
