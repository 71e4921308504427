// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// A program for each attach type of cgroups and local sockets: two refuse, and where refusing is not possible three
// count.
#include <bpf4j/packet.h>

enum { REFUSED = 0, PERMITTED = 1 };

#define REFUSING(name, section)      \
    SEC(section) int name(void *ctx) \
    {                                \
        return REFUSED;              \
    }

#define COUNTING(name, section)      \
    SEC(section) int name(void *ctx) \
    {                                \
        count(0);                    \
        return PERMITTED;            \
    }

REFUSING(connect_unix, "cgroup/connect_unix")
REFUSING(sendmsg_unix, "cgroup/sendmsg_unix")
COUNTING(recvmsg_unix, "cgroup/recvmsg_unix")
COUNTING(getpeername_unix, "cgroup/getpeername_unix")
COUNTING(getsockname_unix, "cgroup/getsockname_unix")

LICENSE("GPL");
