package bpf4j.link;

import bpf4j.binary.ProcessMapping;
import bpf4j.binary.UsdtProbe;
import bpf4j.elf.Elf;
import bpf4j.elf.ElfFormatException;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelFeature;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.kernel.UsdtSlots;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The descriptions of the places of one attachment in the object's map, equal ones once. A program finds one by the
 * cookie of the attachment, or on kernels without cookies by the address of the instruction.
 */
final class UsdtDescriptions {

    private final LoadedProgram program;
    private final UsdtOptions options;
    private final String description;
    private final Map<ByteBuffer, Integer> slots = new HashMap<>();
    private final List<Long> addresses = new ArrayList<>();

    UsdtDescriptions(LoadedProgram program, UsdtOptions options, String description) {
        this.program = program;
        this.options = options;
        this.description = description;
    }

    /** {@return the cookie for a place: the number of its description, or the user's if the object has no such map} */
    long cookieOf(UsdtProbe place) {
        if (program.usdtSlots().isEmpty()) {
            return options.cookie();
        }
        UsdtSlots free = program.usdtSlots().get();
        UsdtSpecLayout layout = UsdtSpecLayout.of(free.types(), free.map().spec().valueTypeId());
        byte[] bytes;
        try {
            bytes = layout.encode(place.arguments(), options.cookie(), description);
        } catch (ElfFormatException e) {
            throw new KernelException(Step.ATTACH, description, 0, e.getMessage(), e);
        }
        return slots.computeIfAbsent(ByteBuffer.wrap(bytes), key -> free.take(key.array()));
    }

    /** Has programs find a description by the address of its place. {@return the cookie for that, which is none} */
    long cookieByAddress(UsdtProbe place, TargetFile file) {
        long cookie = cookieOf(place);
        if (program.usdtSlots().isEmpty()) {
            return cookie;
        }
        for (long address : addresses(place, file)) {
            program.usdtSlots().get().put(address, (int) cookie);
            addresses.add(address);
        }
        return 0;
    }

    /** An executable of fixed addresses has them in each process, which does not run it from inside of an archive. */
    private List<Long> addresses(UsdtProbe place, TargetFile file) {
        if (file.executable().elf().type() == Elf.ET_EXEC && file.start().offset() == 0) {
            return List.of(place.address());
        }
        if (options.pid() == UprobeOptions.ALL_PROCESSES) {
            throw new UnsupportedFeatureException(Step.ATTACH, description, 0,
                    KernelFeature.BPF_COOKIE.text() + " and so can attach to a library in one process only",
                    "Linux " + KernelFeature.BPF_COOKIE.since());
        }
        int pid = UprobeLink.processId(options.pid());
        try {
            List<Long> found = ProcessMapping.of(pid).stream().filter(m -> m.isExecutable() && m.isOf(file.path()))
                    .map(m -> m.address(place.fileOffset())).filter(OptionalLong::isPresent)
                    .map(OptionalLong::getAsLong).toList();
            if (found.isEmpty()) {
                throw new MissingTargetException(description, place.toString(),
                        "process %d has not loaded %s".formatted(pid, file.path()), List.of());
            }
            return found;
        } catch (IOException e) {
            throw new KernelException(Step.ATTACH, description, 0,
                    "the memory of process %d cannot be looked at: %s".formatted(pid, e.getMessage()), e);
        }
    }

    /** Gives all back. */
    void give() {
        program.usdtSlots().ifPresent(free -> {
            addresses.forEach(free::remove);
            slots.values().forEach(free::give);
        });
    }
}
