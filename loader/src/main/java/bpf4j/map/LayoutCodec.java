package bpf4j.map;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Memory in a layout.
 *
 * @param layout the layout
 * @param padded whether it has padding, which is written as zeros whatever is there
 */
record LayoutCodec(MemoryLayout layout, boolean padded) implements Codec<MemorySegment> {

    LayoutCodec(MemoryLayout layout) {
        this(layout, isPadded(layout));
        Objects.checkIndex(layout.byteSize(), (long) Integer.MAX_VALUE);
    }

    /** What is padding in one alternative of a union may be a member in another. */
    private static boolean isPadded(MemoryLayout layout) {
        return switch (layout) {
            case PaddingLayout _ -> true;
            case StructLayout struct -> struct.memberLayouts().stream().anyMatch(LayoutCodec::isPadded);
            case SequenceLayout sequence -> isPadded(sequence.elementLayout());
            case UnionLayout _, ValueLayout _ -> false;
        };
    }

    @Override
    public int sizeBytes() {
        return (int) layout.byteSize();
    }

    @Override
    public int alignmentBytes() {
        return (int) layout.byteAlignment();
    }

    /** Memory of an array of longs is aligned as the layout's handles may want it, that of bytes is not. */
    @Override
    public MemorySegment read(MemorySegment segment, long offsetBytes) {
        MemorySegment copy = MemorySegment.ofArray(new long[Math.ceilDiv(sizeBytes(), Long.BYTES)])
                .asSlice(0, sizeBytes());
        return copy.copyFrom(segment.asSlice(offsetBytes, sizeBytes()));
    }

    @Override
    public void write(MemorySegment segment, long offsetBytes, MemorySegment value) {
        if (value.byteSize() != sizeBytes()) {
            throw new IllegalArgumentException("%d bytes of memory, not %d".formatted(value.byteSize(), sizeBytes()));
        }
        MemorySegment.copy(value, 0, segment, offsetBytes, sizeBytes());
        if (padded) {
            clearPadding(layout, segment, offsetBytes);
        }
    }

    private static void clearPadding(MemoryLayout layout, MemorySegment segment, long offsetBytes) {
        switch (layout) {
            case PaddingLayout _ -> segment.asSlice(offsetBytes, layout.byteSize()).fill((byte) 0);
            case StructLayout struct -> {
                long at = offsetBytes;
                for (MemoryLayout member : struct.memberLayouts()) {
                    clearPadding(member, segment, at);
                    at += member.byteSize();
                }
            }
            case SequenceLayout sequence -> {
                MemoryLayout element = sequence.elementLayout();
                for (long i = 0, count = isPadded(element) ? sequence.elementCount() : 0; i < count; i++) {
                    clearPadding(element, segment, offsetBytes + i * element.byteSize());
                }
            }
            case UnionLayout _, ValueLayout _ -> { }
        }
    }

    @Override
    public String toString() {
        return layout.toString();
    }
}
