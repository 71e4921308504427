package bpf4j.btf;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes types out of bytes: the one place where kind numbers are switched over. Keeps a few recent types, since
 * relocation asks for the same ones again and again; the cache is racy on purpose, as its entries are immutable.
 */
final class BtfTypeReader {

    static final BtfType VOID = new BtfType.Void();
    /** Power of two; enough for one object's working set, nothing against a kernel's 126,000 types. */
    private static final int CACHE_SIZE = 512;
    /** Types with more elements are not kept, so that hostile input cannot make the cache large. */
    private static final int CACHE_MAX_ELEMENTS = 512;
    /** The same for the characters of a type's names together. */
    private static final int CACHE_MAX_NAME_CHARS = 16 * 1024;

    private record Cached(int id, BtfType type) {
    }

    private final Btf btf;
    private final Words types;
    private final long totalBytes;
    private final Cached[] cache = new Cached[CACHE_SIZE];

    BtfTypeReader(Btf btf) {
        this.btf = btf;
        this.types = btf.words();
        this.totalBytes = btf.totalBytes();
    }

    BtfType read(int id, int index) {
        Cached cached = cache[id & CACHE_SIZE - 1];
        if (cached != null && cached.id == id) {
            return cached.type;
        }
        int at = btf.ownOffset(index);
        int info = types.at(at + 4L);
        Strings strings = new Strings(id);
        BtfType type = read(id, at, info, strings);
        if ((info & 0xffffff) <= CACHE_MAX_ELEMENTS && strings.budget.used() <= CACHE_MAX_NAME_CHARS) {
            cache[id & CACHE_SIZE - 1] = new Cached(id, type);
        }
        return type;
    }

    private BtfType read(int id, int at, int info, Strings strings) {
        int kind = info >>> 24 & 0x7f;
        if (kind >= BtfKind.count()) {
            throw btf.fail(id, "kind " + kind + " is not known");
        }
        int vlen = info & 0xffffff;
        boolean flag = info < 0;
        int sizeOrType = types.at(at + 8L);
        String name = strings.at(types.at(at));
        int body = at + 12;
        return switch (BtfKind.of(kind)) {
            case BTF_KIND_UNKN -> throw btf.fail(id, "kind 0 is void and cannot be declared");
            case BTF_KIND_INT -> {
                int encoding = types.at(body);
                yield new BtfType.Int(name, smallSize(id, sizeOrType), encoding >>> 24 & 0xf, encoding >>> 16 & 0xff,
                        encoding & 0xff);
            }
            case BTF_KIND_PTR -> new BtfType.Ptr(reference(id, sizeOrType));
            case BTF_KIND_ARRAY -> new BtfType.Array(reference(id, types.at(body)),
                    reference(id, types.at(body + 4)), Integer.toUnsignedLong(types.at(body + 8)));
            case BTF_KIND_STRUCT -> new BtfType.Struct(name, Integer.toUnsignedLong(sizeOrType), flag,
                    members(id, body, vlen, flag, strings));
            case BTF_KIND_UNION -> new BtfType.Union(name, Integer.toUnsignedLong(sizeOrType), flag,
                    members(id, body, vlen, flag, strings));
            case BTF_KIND_ENUM ->
                new BtfType.Enum(name, smallSize(id, sizeOrType), flag, values(body, vlen, flag, strings));
            case BTF_KIND_FWD -> new BtfType.Fwd(name, flag);
            case BTF_KIND_TYPEDEF -> new BtfType.Typedef(name, reference(id, sizeOrType));
            case BTF_KIND_VOLATILE -> new BtfType.Volatile(reference(id, sizeOrType));
            case BTF_KIND_CONST -> new BtfType.Const(reference(id, sizeOrType));
            case BTF_KIND_RESTRICT -> new BtfType.Restrict(reference(id, sizeOrType));
            case BTF_KIND_FUNC -> new BtfType.Func(name, prototype(id, sizeOrType), vlen);
            case BTF_KIND_FUNC_PROTO ->
                new BtfType.FuncProto(reference(id, sizeOrType), params(id, body, vlen, strings));
            case BTF_KIND_VAR -> new BtfType.Var(name, reference(id, sizeOrType), types.at(body));
            case BTF_KIND_DATASEC ->
                new BtfType.DataSec(name, Integer.toUnsignedLong(sizeOrType), variables(id, body, vlen));
            case BTF_KIND_FLOAT -> new BtfType.Float(name, smallSize(id, sizeOrType));
            case BTF_KIND_DECL_TAG -> new BtfType.DeclTag(name, reference(id, sizeOrType), types.at(body), flag);
            case BTF_KIND_TYPE_TAG -> new BtfType.TypeTag(name, reference(id, sizeOrType), flag);
            case BTF_KIND_ENUM64 ->
                new BtfType.Enum64(name, smallSize(id, sizeOrType), flag, values64(body, vlen, strings));
        };
    }

    private List<BtfType.Member> members(int id, int body, int vlen, boolean flag, Strings strings) {
        List<BtfType.Member> result = new ArrayList<>(vlen);
        for (int i = 0; i < vlen; i++) {
            int at = body + i * 12;
            int offset = types.at(at + 8L);
            result.add(new BtfType.Member(strings.at(types.at(at)), reference(id, types.at(at + 4L)),
                    flag ? offset & 0xffffff : Integer.toUnsignedLong(offset), flag ? offset >>> 24 : 0));
        }
        return result;
    }

    private List<BtfType.EnumValue> values(int body, int vlen, boolean signed, Strings strings) {
        List<BtfType.EnumValue> result = new ArrayList<>(vlen);
        for (int i = 0; i < vlen; i++) {
            int value = types.at(body + i * 8L + 4);
            result.add(new BtfType.EnumValue(strings.at(types.at(body + i * 8L)),
                    signed ? value : Integer.toUnsignedLong(value)));
        }
        return result;
    }

    private List<BtfType.EnumValue> values64(int body, int vlen, Strings strings) {
        List<BtfType.EnumValue> result = new ArrayList<>(vlen);
        for (int i = 0; i < vlen; i++) {
            long at = body + i * 12L;
            long low = Integer.toUnsignedLong(types.at(at + 4));
            long high = types.at(at + 8);
            result.add(new BtfType.EnumValue(strings.at(types.at(at)), high << 32 | low));
        }
        return result;
    }

    private List<BtfType.Param> params(int id, int body, int vlen, Strings strings) {
        List<BtfType.Param> result = new ArrayList<>(vlen);
        for (int i = 0; i < vlen; i++) {
            long at = body + i * 8L;
            result.add(new BtfType.Param(strings.at(types.at(at)), reference(id, types.at(at + 4))));
        }
        return result;
    }

    private List<BtfType.SectionVar> variables(int id, int body, int vlen) {
        List<BtfType.SectionVar> result = new ArrayList<>(vlen);
        for (int i = 0; i < vlen; i++) {
            long at = body + i * 12L;
            result.add(new BtfType.SectionVar(reference(id, types.at(at)),
                    Integer.toUnsignedLong(types.at(at + 4)), Integer.toUnsignedLong(types.at(at + 8))));
        }
        return result;
    }

    private int reference(int id, int target) {
        if (target < 0 || target >= btf.typeCount()) {
            throw btf.fail(id, "refers to type [%s], but there are %d types"
                    .formatted(Integer.toUnsignedString(target), btf.typeCount()));
        }
        return target;
    }

    private int prototype(int id, int target) {
        if (btf.kindNumber(reference(id, target)) != BtfKind.BTF_KIND_FUNC_PROTO.ordinal()) {
            throw btf.fail(id, "the function's type [" + target + "] is no function prototype");
        }
        return target;
    }

    private int smallSize(int id, int size) {
        if (size < 0) {
            throw btf.fail(id, "size 0x%x is no size of a scalar".formatted(size));
        }
        return size;
    }

    /** The names of one type. */
    private final class Strings {

        private final int id;
        private final NameBudget budget = new NameBudget(btf, totalBytes);

        Strings(int id) {
            this.id = id;
        }

        String at(int offset) {
            return budget.at(offset, this);
        }

        @Override
        public String toString() {
            return btf.place(id);
        }
    }
}
