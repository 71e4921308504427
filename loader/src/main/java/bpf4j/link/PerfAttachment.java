package bpf4j.link;

import bpf4j.object.AttachType;
import bpf4j.sys.Fd;
import bpf4j.sys.PerfEvent;

/**
 * A program attached to a perf event as its property: on kernels without links of perf events (before 5.15), and
 * where a {@link ProbeMode} says so. Ends with the process at the latest; what {@link ProbeMode#LEGACY} has written
 * into tracefs stays there if the process dies. Safe for use by several threads, as all links are.
 */
public final class PerfAttachment extends DirectAttachment {

    private final Fd event;
    private final Runnable afterwards;

    /**
     * Takes over an event that runs the program.
     *
     * @param event the event, closed with the attachment
     * @param afterwards run when the event is closed
     */
    PerfAttachment(String description, Fd event, Runnable afterwards) {
        super(description, AttachType.BPF_PERF_EVENT.name());
        this.event = event;
        this.afterwards = afterwards;
    }

    @Override
    int end() {
        return PerfEvent.disable(event.number());
    }

    /** Tracefs does not let go of a probe while an event of it is open. */
    @Override
    void release() {
        event.close();
        afterwards.run();
    }

    @Override
    String whyNoLink() {
        return "it is attached by a perf event and not by a link, which takes Linux 5.15 and the mode AUTO or LINK";
    }
}
