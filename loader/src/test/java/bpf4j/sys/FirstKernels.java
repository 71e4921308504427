package bpf4j.sys;

import bpf4j.testdata.KernelVersion;
import java.util.Map;
import java.util.stream.Collectors;

/** The kernels that brought the younger fields of {@code bpf(2)}'s structs, under the names that they have today. */
final class FirstKernels {

    /** Of a member, or of all that is in it. Whatever is not here is older than every kernel of the tests. */
    private static final Map<String, KernelVersion> FIRST = """
            6.4 bpf_attr log_true_size
            6.4 bpf_attr btf_log_true_size
            6.4 bpf_attr link_create.map_fd
            6.4 bpf_attr link_create.netfilter
            6.4 bpf_attr link_update.new_map_fd
            6.4 bpf_attr link_update.old_map_fd
            6.4 bpf_link_info struct_ops
            6.4 bpf_link_info netfilter
            6.5 bpf_attr path_fd
            6.6 bpf_attr relative_fd
            6.6 bpf_attr relative_id
            6.6 bpf_attr expected_revision
            6.6 bpf_attr target_ifindex
            6.6 bpf_attr query.link_ids
            6.6 bpf_attr query.link_attach_flags
            6.6 bpf_attr query.revision
            6.6 bpf_attr query.count
            6.6 bpf_attr query.target_ifindex
            6.6 bpf_attr link_create.tcx
            6.6 bpf_attr link_create.uprobe_multi
            6.6 bpf_link_info kprobe_multi
            6.6 bpf_link_info perf_event
            6.6 bpf_link_info tcx
            6.7 bpf_attr link_create.netkit
            6.7 bpf_link_info kprobe_multi.missed
            6.7 bpf_link_info netkit
            6.7 bpf_link_info perf_event.kprobe.missed
            6.8 bpf_link_info uprobe_multi
            6.9 bpf_attr btf_flags
            6.9 bpf_attr btf_token_fd
            6.9 bpf_attr map_token_fd
            6.9 bpf_attr prog_token_fd
            6.9 bpf_attr token_create
            6.9 bpf_attr value_type_btf_obj_fd
            6.9 bpf_link_info kprobe_multi.cookies
            6.9 bpf_link_info perf_event.event.cookie
            6.9 bpf_link_info perf_event.kprobe.cookie
            6.9 bpf_link_info perf_event.tracepoint.cookie
            6.9 bpf_link_info perf_event.uprobe.cookie
            6.9 bpf_map_info btf_vmlinux_id
            6.10 bpf_attr raw_tracepoint.cookie
            6.10 bpf_link_info sockmap
            6.14 bpf_attr fd_array_cnt
            6.16 bpf_link_info perf_event.uprobe.ref_ctr_offset
            6.17 bpf_attr fd_by_id_token_fd
            6.17 bpf_attr link_create.cgroup
            6.17 bpf_attr prog_stream_read
            6.17 bpf_link_info raw_tracepoint.cookie
            6.17 bpf_link_info tracing.cookie
            6.18 bpf_attr excl_prog_hash
            6.18 bpf_attr excl_prog_hash_size
            6.18 bpf_attr keyring_id
            6.18 bpf_attr signature
            6.18 bpf_attr signature_size
            6.18 bpf_map_info hash
            6.18 bpf_map_info hash_size
            7.0 bpf_attr prog_assoc_struct_ops
            """.lines()
            .map(line -> line.split(" "))
            .collect(Collectors.toUnmodifiableMap(row -> row[1] + "." + row[2], row -> KernelVersion.of(row[0])));

    private FirstKernels() {
    }

    /** {@return the first kernel with the field {@code path}, like {@code link_create.tcx.relative_fd}; 0.0 if old} */
    static KernelVersion of(String type, String path) {
        String prefix = type + "." + path;
        while (prefix.contains(".")) {
            KernelVersion first = FIRST.get(prefix);
            if (first != null) {
                return first;
            }
            prefix = prefix.substring(0, prefix.lastIndexOf('.'));
        }
        return new KernelVersion(0, 0);
    }
}
