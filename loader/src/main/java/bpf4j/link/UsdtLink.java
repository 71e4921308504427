package bpf4j.link;

import bpf4j.binary.UsdtProbe;
import bpf4j.elf.ElfFormatException;
import bpf4j.insn.NearNames;
import bpf4j.kernel.KernelException;
import bpf4j.kernel.KernelFeature;
import bpf4j.kernel.KernelFeatures;
import bpf4j.kernel.LoadedProgram;
import bpf4j.kernel.Step;
import bpf4j.kernel.UnsupportedFeatureException;
import bpf4j.object.AttachType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program attached to all places of a USDT probe: by one link where the kernel can do that (Linux 6.10) and the
 * program was loaded for it, as those of section {@code usdt} are, otherwise by a link for each place. Programs that
 * include libbpf's {@code usdt.bpf.h} get the probe's arguments; the cookie is what {@code bpf_usdt_cookie} returns. A
 * probe with a semaphore is switched on while this attachment lasts. Source: the SystemTap wiki's page on user space
 * probes. Safe for use by several threads, as all links are.
 */
public final class UsdtLink extends DirectAttachment {

    private final List<Link> links;
    private final Runnable giveSlots;

    private UsdtLink(String description, List<Link> links, Runnable giveSlots) {
        super(description, AttachType.BPF_PERF_EVENT.name());
        this.links = links;
        this.giveSlots = giveSlots;
    }

    /**
     * Attaches a program to a USDT probe. Before Linux 5.15 programs know the place by its address: a probe of a
     * library then is one of one process that has loaded the library, and an object attaches to each place once.
     *
     * @param program a kprobe program, best of section {@code usdt}
     * @param options the probe and more
     * @return the attachment, the caller's to close
     * @throws MissingTargetException if there is no such file, or no such probe in it
     * @throws UnsupportedFeatureException if the kernel cannot do it
     * @throws KernelException if the file or an argument of the probe cannot be understood, the object's map has no
     *     room for the probe's places, or the kernel refuses
     */
    public static UsdtLink attach(LoadedProgram program, UsdtOptions options) {
        String description = "program '%s' on USDT probe %s".formatted(program.name(), options.place());
        boolean hasCookies = KernelFeatures.of(program.kernel()).has(KernelFeature.BPF_COOKIE);
        try (TargetFile file = TargetFile.open(description, options.binary())) {
            List<UsdtProbe> places = find(file, options);
            UsdtDescriptions descriptions = new UsdtDescriptions(program, options, description);
            try {
                List<Long> cookies = new ArrayList<>();
                for (UsdtProbe place : places) {
                    cookies.add(hasCookies ? descriptions.cookieOf(place) : descriptions.cookieByAddress(place, file));
                }
                List<Link> links = attach(program, options, file.path(), places, cookies, description);
                return new UsdtLink(description, links, descriptions::give);
            } catch (RuntimeException e) {
                descriptions.give();
                throw e;
            }
        }
    }

    /**
     * Attaches a program to what its section name says: {@code usdt/FILE:PROVIDER:NAME}.
     *
     * @param program a kprobe program of an object
     * @return the attachment, the caller's to close
     * @throws KernelException if the section names no probe, or as {@link #attach} says
     */
    public static UsdtLink attachBySection(LoadedProgram program) {
        SectionTarget target = SectionTarget.of(program);
        String[] parts = target.text().split(":", -1);
        if (parts.length != 3 || List.of(parts).contains("")) {
            throw target.malformed("file:provider:name");
        }
        return attach(program, UsdtOptions.of(parts[0], parts[1], parts[2]));
    }

    private static List<UsdtProbe> find(TargetFile file, UsdtOptions options) {
        List<UsdtProbe> all;
        try {
            all = file.executable().usdtProbes();
        } catch (ElfFormatException e) {
            throw file.malformed(e);
        }
        List<UsdtProbe> wanted = all.stream()
                .filter(p -> p.provider().equals(options.provider()) && p.name().equals(options.name())).toList();
        if (wanted.isEmpty()) {
            String target = options.provider() + ":" + options.name();
            NearNames near = new NearNames(target);
            all.forEach(p -> near.offer(p.provider() + ":" + p.name()));
            throw new MissingTargetException(file.description(), target, all.isEmpty()
                    ? file.path() + " has no USDT probes" : "%s has no USDT probe %s".formatted(file.path(), target),
                    near.names());
        }
        return wanted;
    }

    private static List<Link> attach(LoadedProgram program, UsdtOptions options, Path path, List<UsdtProbe> places,
            List<Long> cookies, String description) {
        List<Long> counters = places.stream().map(p -> p.semaphoreOffset().orElse(0)).toList();
        if (program.attachType().filter(type -> type == AttachType.BPF_TRACE_UPROBE_MULTI).isPresent()) {
            return List.of(UprobeMultiLink.attach(program, new UprobeMultiOptions(path.toString(),
                    new UprobeMultiOptions.Places.At(places.stream().map(UsdtProbe::fileOffset).toList()), cookies,
                    counters, false, options.pid())));
        }
        List<Link> links = new ArrayList<>();
        try {
            for (int i = 0; i < places.size(); i++) {
                UprobeOptions place = UprobeOptions.ofOffset(path.toString(), places.get(i).fileOffset())
                        .withPid(options.pid()).withRefCtrOffset(counters.get(i)).withCookie(cookies.get(i));
                links.add(UprobeLink.attach(program, place, path, place.offsetBytes(), description));
            }
            return List.copyOf(links);
        } catch (RuntimeException e) {
            links.forEach(Link::close);
            throw e;
        }
    }

    /** {@return how many links hold the attachment} */
    int linkCount() {
        return links.size();
    }

    /** The descriptors of the links are all that there is to end. */
    @Override
    int end() {
        return 0;
    }

    /** Slots that are given back may get other contents at once, so that nothing may run with them any more. */
    @Override
    void release() {
        links.forEach(Link::close);
        giveSlots.run();
    }

    @Override
    String whyNoLink() {
        return "a USDT probe may be at several places, and the numbers of its arguments belong to this process";
    }
}
