package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.object.AttachType;
import bpf4j.sys.BpfCalls;
import bpf4j.sys.BpfCommand;
import bpf4j.sys.Errno;
import bpf4j.sys.Fd;
import bpf4j.sys.ProgCalls;
import bpf4j.sys.Syscall;
import java.nio.file.Path;

/**
 * A program that decodes what an infrared receiver hears. A receiver takes 64. It stays when the process ends without
 * closing it, until somebody detaches it or the device goes. Source: {@code drivers/media/rc/bpf-lirc.c}.
 * Safe for use by several threads, as all links are.
 */
public final class LircMode2 extends DirectAttachment {

    private final Fd device;
    private final LoadedProgram program;
    /** Held, since detaching names the program. */
    private final int number;

    private LircMode2(String description, Fd device, LoadedProgram program, int number) {
        super(description, AttachType.BPF_LIRC_MODE2.name());
        this.device = device;
        this.program = program;
        this.number = number;
    }

    /**
     * Attaches a program.
     *
     * @param program a program of the section {@code lirc_mode2}
     * @param device the receiver, such as {@code /dev/lirc0}
     * @return the attachment, the caller's to close
     * @throws KernelException if the device cannot be opened or the kernel refuses
     */
    public static LircMode2 attach(LoadedProgram program, Path device) {
        String description = "program '%s' on %s".formatted(program.name(), device);
        int opened = Syscall.open(device.toString(), Syscall.O_RDONLY);
        if (opened < 0) {
            throw new KernelException(Step.ATTACH, description, -opened);
        }
        Fd target = Fd.owning(opened, device.toString());
        int number;
        try {
            number = program.descriptor().acquire();
        } catch (IllegalStateException e) {
            target.close();
            throw e;
        }
        LircMode2 attachment = new LircMode2(description, target, program, number);
        int status = attachment.call(BpfCommand.BPF_PROG_ATTACH);
        if (status < 0) {
            attachment.release();
            throw KernelException.refused(Step.ATTACH, description, AttachType.BPF_LIRC_MODE2.name(), -status);
        }
        return attachment;
    }

    private int call(BpfCommand command) {
        ProgCalls calls = new BpfCalls(program.kernel()).programs();
        return calls.attach(command, device.number(), number, AttachType.BPF_LIRC_MODE2.number());
    }

    @Override
    int end() {
        int status = call(BpfCommand.BPF_PROG_DETACH);
        return status == -Errno.ENOENT.number() ? 0 : status;
    }

    @Override
    void release() {
        program.descriptor().release();
        device.close();
    }

    @Override
    String whyNoLink() {
        return "the kernel has no links for infrared receivers";
    }
}
