package bpf4j.link;

import bpf4j.kernel.KernelException;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.sys.NetlinkAttributes;
import bpf4j.sys.NetlinkRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A program in a route, as the route's attributes have it. Its descriptor is held, since a route is deleted by all that
 * it consists of.
 *
 * @param program the program
 * @param number its descriptor
 * @param name by which the kernel tells routes with programs apart, and of which there is no second
 * @param point where in the route it runs
 */
record RouteProgram(LoadedProgram program, int number, String name, Point point) {

    private static final int RTA_ENCAP_TYPE = 21;
    private static final int RTA_ENCAP = 22;
    private static final short LWTUNNEL_ENCAP_BPF = 6;
    private static final short LWTUNNEL_ENCAP_SEG6_LOCAL = 7;
    private static final int LWT_BPF_IN = 1;
    private static final int LWT_BPF_OUT = 2;
    private static final int LWT_BPF_XMIT = 3;
    private static final int LWT_BPF_XMIT_HEADROOM = 4;
    private static final int SEG6_LOCAL_ACTION = 1;
    private static final int SEG6_LOCAL_BPF = 8;
    private static final int SEG6_LOCAL_ACTION_END_BPF = 15;
    /** {@code LWT_BPF_PROG_FD}, {@code SEG6_LOCAL_BPF_PROG}. */
    private static final int PROGRAM_FD = 1;
    /** {@code LWT_BPF_PROG_NAME}, {@code SEG6_LOCAL_BPF_PROG_NAME}. */
    private static final int PROGRAM_NAME = 2;

    /** Where in a route a program runs. */
    enum Point {
        IN(LWTUNNEL_ENCAP_BPF, LWT_BPF_IN),
        OUT(LWTUNNEL_ENCAP_BPF, LWT_BPF_OUT),
        XMIT(LWTUNNEL_ENCAP_BPF, LWT_BPF_XMIT),
        SEGMENT(LWTUNNEL_ENCAP_SEG6_LOCAL, SEG6_LOCAL_BPF);

        private final short encapsulation;
        private final int attribute;

        Point(short encapsulation, int attribute) {
            this.encapsulation = encapsulation;
            this.attribute = attribute;
        }

        private static Point of(LoadedProgram program, String description) {
            return switch (program.type()) {
                case BPF_PROG_TYPE_LWT_IN -> IN;
                case BPF_PROG_TYPE_LWT_OUT -> OUT;
                case BPF_PROG_TYPE_LWT_XMIT -> XMIT;
                case BPF_PROG_TYPE_LWT_SEG6LOCAL -> SEGMENT;
                default -> throw new KernelException(Step.ATTACH, description, 0,
                        "routes take programs of lwt_in, lwt_out, lwt_xmit and lwt_seg6local, and this is of type "
                        + program.type());
            };
        }
    }

    /**
     * Takes hold of a program.
     *
     * @throws KernelException if it is none for routes
     * @throws IllegalStateException if it is closed
     */
    static RouteProgram hold(LoadedProgram program, String description) {
        Point point = Point.of(program, description);
        String name = "%s:[%d]".formatted(program.name(), program.info().id());
        return new RouteProgram(program, program.descriptor().acquire(), name, point);
    }

    void release() {
        program.descriptor().release();
    }

    /** Appends the program to a request about a route. */
    void write(NetlinkRequest request, int headroomBytes) {
        request.attribute(RTA_ENCAP_TYPE, ByteBuffer.allocate(Short.BYTES).order(ByteOrder.nativeOrder())
                .putShort(point.encapsulation).array());
        request.begin(RTA_ENCAP);
        if (point == Point.SEGMENT) {
            request.attribute(SEG6_LOCAL_ACTION, SEG6_LOCAL_ACTION_END_BPF);
        }
        request.begin(point.attribute).attribute(PROGRAM_FD, number).text(PROGRAM_NAME, name).end();
        if (point == Point.XMIT && headroomBytes != 0) {
            request.attribute(LWT_BPF_XMIT_HEADROOM, headroomBytes);
        }
        request.end();
    }

    /** {@return whether this is the program of a route with these attributes} */
    boolean isIn(NetlinkAttributes route) {
        return route.nested(RTA_ENCAP).nested(point.attribute).text(PROGRAM_NAME).equals(Optional.of(name));
    }
}
