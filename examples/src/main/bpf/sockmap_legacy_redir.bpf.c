// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
// The half of the legacy pair that redirects messages. Belongs to the sockhash that the other half fills.
#include "sockmap_legacy.h"

SEC("sk_msg") int redirect(struct sk_msg_md *ctx)
{
    redirect_to_peer(ctx, &sockets);
    return SK_PASS;
}
