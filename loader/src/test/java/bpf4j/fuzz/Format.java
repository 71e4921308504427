package bpf4j.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** How a part of a seed is laid out, as far as a mutator makes use of it. */
enum Format {

    ELF {
        @Override
        ByteOrder order(byte[] bytes) {
            return bytes.length > 5 && bytes[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        List<Column> columns(byte[] bytes) {
            return ElfLayout.columns(bytes);
        }
    },
    BTF {
        @Override
        ByteOrder order(byte[] bytes) {
            return bytes.length > 0 && bytes[0] == (byte) 0xeb ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        List<Column> columns(byte[] bytes) {
            Columns columns = new Columns();
            BtfLayout.add(columns, bytes, 0, bytes.length);
            return columns.list();
        }
    },
    BTF_EXT {
        @Override
        ByteOrder order(byte[] bytes) {
            return BTF.order(bytes);
        }

        @Override
        List<Column> columns(byte[] bytes) {
            Columns columns = new Columns();
            columns.addWords(".BTF.ext", 0, bytes.length, 24);
            return columns.list();
        }
    },
    /** Compressed streams, boot headers, contents of variables: the start is what decides. */
    BYTES {
        @Override
        ByteOrder order(byte[] bytes) {
            return ByteOrder.LITTLE_ENDIAN;
        }

        @Override
        List<Column> columns(byte[] bytes) {
            Columns columns = new Columns();
            for (int width : new int[] {1, 2, 4}) {
                for (int at = 0; at + width <= Math.min(64, bytes.length); at += width) {
                    columns.add("start of " + width, width, at);
                }
                for (int at = Math.max(0, bytes.length - 64); at + width <= bytes.length; at += width) {
                    columns.add("end of " + width, width, at);
                }
            }
            // setup_sects, boot_flag, header, version, payload_offset and payload_length of an x86 image.
            for (int at : new int[] {0x1f1, 0x1fe, 0x202, 0x206, 0x248, 0x24c}) {
                if (at + 4 <= bytes.length) {
                    columns.add("boot header at 0x%x".formatted(at), at == 0x1f1 ? 1 : 4, at);
                }
            }
            return columns.list();
        }
    };

    abstract ByteOrder order(byte[] bytes);

    /** {@return the fields of an intact file} */
    abstract List<Column> columns(byte[] bytes);

    static ByteBuffer buffer(byte[] bytes, ByteOrder order) {
        return ByteBuffer.wrap(bytes).order(order);
    }
}
