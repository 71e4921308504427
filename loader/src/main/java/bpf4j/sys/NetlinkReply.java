package bpf4j.sys;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What the kernel answered to a request.
 *
 * @param status 0 or a negated errno; {@link Errno#EBADMSG} if the answer made no sense
 * @param complaint the kernel's own words about what it refused or warns of, often empty
 * @param messages the objects asked for
 */
public record NetlinkReply(int status, String complaint, List<Message> messages) {

    /** Copies the list. */
    public NetlinkReply {
        messages = List.copyOf(messages);
    }

    /** An object in an answer. */
    public static final class Message {

        private final int type;
        private final ByteBuffer payload;

        private Message(int type, ByteBuffer payload) {
            this.type = type;
            this.payload = payload;
        }

        /** {@return the type, such as {@code RTM_NEWLINK}} */
        public int type() {
            return type;
        }

        /**
         * Reads a number of the family's header.
         *
         * @param offsetBytes where it is
         * @return the number, 0 if the message ends before
         */
        public int u32(int offsetBytes) {
            return offsetBytes > payload.limit() - Integer.BYTES ? 0
                    : payload.order(ByteOrder.nativeOrder()).getInt(offsetBytes);
        }

        /**
         * Reads a byte of the family's header.
         *
         * @param offsetBytes where it is
         * @return the byte, 0 to 255, 0 if the message ends before
         */
        public int u8(int offsetBytes) {
            return offsetBytes >= payload.limit() ? 0 : Byte.toUnsignedInt(payload.get(offsetBytes));
        }

        /**
         * Reads the attributes.
         *
         * @param headerBytes the size of the family's header
         * @return them; none if the message ends before
         */
        public NetlinkAttributes attributes(int headerBytes) {
            int start = Math.min(headerBytes + 3 & -4, payload.limit());
            return NetlinkAttributes.read(payload.slice(start, payload.limit() - start));
        }
    }

    /** Puts an answer together from the datagrams that it comes in. */
    static final class Reader {

        private static final int NLMSG_NOOP = 1;
        private static final int NLMSG_ERROR = 2;
        private static final int NLMSG_DONE = 3;
        private static final int NLM_F_DUMP_INTR = 0x10;
        private static final int NLM_F_CAPPED = 0x100;
        private static final int NLM_F_ACK_TLVS = 0x200;
        private static final int NLMSGERR_ATTR_MSG = 1;
        /** More objects than any table has that is asked for here; a table of filters has some. */
        private static final int MAX_MESSAGES = 100_000;

        private final int sequence;
        private final List<Message> messages = new ArrayList<>();
        private int status;
        private String complaint = "";
        private boolean complete;
        private boolean interrupted;

        /**
         * Waits for an answer.
         *
         * @param sequence the request's number
         */
        Reader(int sequence) {
            this.sequence = sequence;
        }

        /** {@return whether the answer is complete} */
        boolean isComplete() {
            return complete;
        }

        /** {@return whether the table changed while it was read, so that it should be asked for again} */
        boolean isInterrupted() {
            return interrupted;
        }

        NetlinkReply reply() {
            return new NetlinkReply(status, complaint, messages);
        }

        /**
         * Takes a datagram. Messages with another number answer an earlier request and are skipped.
         *
         * @param datagram its bytes, which must not change afterwards
         */
        void accept(ByteBuffer datagram) {
            ByteBuffer bytes = datagram.slice().order(ByteOrder.nativeOrder());
            while (!complete && bytes.hasRemaining()) {
                if (bytes.remaining() < NetlinkRequest.HEADER_BYTES) {
                    malformed();
                    return;
                }
                int start = bytes.position();
                int length = bytes.getInt(start);
                if (length < NetlinkRequest.HEADER_BYTES || length > bytes.remaining()) {
                    malformed();
                    return;
                }
                int type = Short.toUnsignedInt(bytes.getShort(start + 4));
                int flags = Short.toUnsignedInt(bytes.getShort(start + 6));
                if (bytes.getInt(start + 8) == sequence) {
                    accept(type, flags, bytes.slice(start + NetlinkRequest.HEADER_BYTES,
                            length - NetlinkRequest.HEADER_BYTES).order(ByteOrder.nativeOrder()));
                }
                bytes.position((int) Math.min(start + (length + 3L & -4), bytes.limit()));
            }
        }

        private void accept(int type, int flags, ByteBuffer payload) {
            interrupted |= (flags & NLM_F_DUMP_INTR) != 0;
            switch (type) {
                case NLMSG_NOOP -> { }
                case NLMSG_ERROR -> finish(payload, errorBytes(flags, payload), flags);
                case NLMSG_DONE -> {
                    // Dumps of old kernels end without a status.
                    if (payload.remaining() < Integer.BYTES) {
                        complete = true;
                    } else {
                        finish(payload, Integer.BYTES, flags);
                    }
                }
                default -> {
                    if (messages.size() == MAX_MESSAGES) {
                        malformed();
                    } else {
                        messages.add(new Message(type, payload));
                    }
                }
            }
        }

        /** The kernel's status is followed by the header of the request, and by all of it unless it was capped. */
        private static long errorBytes(int flags, ByteBuffer payload) {
            boolean capped = (flags & NLM_F_CAPPED) != 0;
            boolean whole = !capped && payload.remaining() >= 2 * Integer.BYTES;
            long request = whole ? Integer.toUnsignedLong(payload.getInt(Integer.BYTES)) : NetlinkRequest.HEADER_BYTES;
            return Integer.BYTES + (request + 3 & -4);
        }

        private void finish(ByteBuffer payload, long attributesOffsetBytes, int flags) {
            if (payload.remaining() < Integer.BYTES || payload.getInt(0) > 0) {
                malformed();
                return;
            }
            status = payload.getInt(0);
            complete = true;
            if ((flags & NLM_F_ACK_TLVS) != 0 && attributesOffsetBytes <= payload.limit()) {
                int offset = (int) attributesOffsetBytes;
                complaint = NetlinkAttributes.read(payload.slice(offset, payload.limit() - offset))
                        .text(NLMSGERR_ATTR_MSG).orElse("");
            }
        }

        private void malformed() {
            status = -Errno.EBADMSG.number();
            complaint = "";
            complete = true;
        }
    }
}
