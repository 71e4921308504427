/**
 * Attachments: what makes the kernel run a loaded program, or use a struct_ops map.
 *
 * <p>{@link bpf4j.kernel.LoadedProgram#attach} and {@link bpf4j.kernel.LoadedObject#attachAll} attach programs whose
 * section says to what. For all others, and for options, each class here has its own {@code attach}:
 *
 * <table>
 * <caption>Which class attaches which programs</caption>
 * <tr><th>sections</th><th>class</th></tr>
 * <tr><td>{@code fentry fexit fmod_ret fsession tp_btf lsm}</td><td>{@link bpf4j.link.TracingLink}</td></tr>
 * <tr><td>{@code freplace}</td><td>{@link bpf4j.link.FreplaceLink}</td></tr>
 * <tr><td>{@code iter}</td><td>{@link bpf4j.link.IterLink}</td></tr>
 * <tr><td>{@code raw_tracepoint}</td><td>{@link bpf4j.link.RawTracepointLink}</td></tr>
 * <tr><td>{@code tracepoint}</td><td>{@link bpf4j.link.TracepointLink}</td></tr>
 * <tr><td>{@code kprobe kretprobe ksyscall kretsyscall}</td><td>{@link bpf4j.link.KprobeLink}</td></tr>
 * <tr><td>{@code kprobe.multi kretprobe.multi kprobe.session}</td><td>{@link bpf4j.link.KprobeMultiLink}</td></tr>
 * <tr><td>{@code uprobe uretprobe}</td><td>{@link bpf4j.link.UprobeLink}</td></tr>
 * <tr><td>{@code uprobe.multi uretprobe.multi uprobe.session}</td><td>{@link bpf4j.link.UprobeMultiLink}</td></tr>
 * <tr><td>{@code usdt}</td><td>{@link bpf4j.link.UsdtLink}</td></tr>
 * <tr><td>{@code perf_event}</td><td>{@link bpf4j.link.PerfEventLink}</td></tr>
 * <tr><td>{@code cgroup/... cgroup_skb sockops lsm_cgroup}</td><td>{@link bpf4j.link.CgroupLink}, exclusive ones
 * {@link bpf4j.link.CgroupAttachment}</td></tr>
 * <tr><td>{@code sk_msg sk_skb}</td><td>{@link bpf4j.link.SockmapLink}</td></tr>
 * <tr><td>{@code xdp}</td><td>{@link bpf4j.link.XdpLink}, by netlink {@link bpf4j.link.XdpAttachment}</td></tr>
 * <tr><td>{@code tcx tc}</td><td>{@link bpf4j.link.TcxLink}, before Linux 6.6 {@link bpf4j.link.TcFilter}</td></tr>
 * <tr><td>{@code action}</td><td>{@link bpf4j.link.TcAction}, {@link bpf4j.link.TcMatchall}</td></tr>
 * <tr><td>{@code netkit}</td><td>{@link bpf4j.link.NetkitLink}</td></tr>
 * <tr><td>{@code sk_lookup flow_dissector}</td><td>{@link bpf4j.link.NetnsLink}</td></tr>
 * <tr><td>{@code netfilter}</td><td>{@link bpf4j.link.NetfilterLink}</td></tr>
 * <tr><td>{@code lwt_in lwt_out lwt_xmit lwt_seg6local}</td><td>{@link bpf4j.link.LwtRoute}</td></tr>
 * <tr><td>{@code socket}</td><td>{@link bpf4j.link.SocketFilter}</td></tr>
 * <tr><td>{@code sk_reuseport}</td><td>{@link bpf4j.link.ReuseportProgram}</td></tr>
 * <tr><td>{@code lirc_mode2}</td><td>{@link bpf4j.link.LircMode2}</td></tr>
 * <tr><td>{@code .struct_ops.link .struct_ops}</td><td>{@link bpf4j.link.StructOpsLink}</td></tr>
 * </table>
 *
 * <p>Each is a {@link bpf4j.link.Link}. Closing it ends the attachment, unless it was pinned. A
 * {@link bpf4j.link.KernelLink} is an object of the kernel: it can be pinned and opened by others, and ends with the
 * process unless somebody else holds it. A {@link bpf4j.link.DirectAttachment} is what there is where the kernel has no
 * link for it, or is too old for one; what becomes of it when the process dies, each class says. All are safe for use
 * by several threads, virtual ones too: no call waits for anything but the kernel's answer.
 */
package bpf4j.link;
