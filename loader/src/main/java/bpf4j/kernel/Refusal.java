package bpf4j.kernel;

import bpf4j.btf.core.CoreTrace;
import bpf4j.insn.Disassembler;
import bpf4j.object.BpfObject;
import bpf4j.object.Reference;
import bpf4j.reloc.RelocatedProgram;
import bpf4j.reloc.SourceLine;
import bpf4j.sys.Errno;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * All that is known of a verifier's refusal: what its log says, and what the loader knows about the place.
 *
 * @param program the program's name
 * @param insnIndex the instruction, in 8-byte slots of the whole code
 * @param function the function that it stands in: the program or a subprogram
 * @param source its C source line
 * @param instruction it as text
 * @param registers what the verifier knew before it
 * @param reason the verifier's own words
 * @param cause what they mean, empty for rare ones
 * @param advice what to do about it, empty for rare ones
 * @param candidates the kernel's types that CO-RE compared, where the instruction is one that it made unusable
 * @param log the whole log
 */
record Refusal(String program, OptionalInt insnIndex, Optional<String> function, Optional<SourceLine> source,
        Optional<String> instruction, SequencedMap<String, String> registers, String reason, String cause,
        String advice, List<CoreTrace.Tried> candidates, String log) {

    /**
     * Tells whether it was the verifier that refused: it has said something, and the errno is not that of a descriptor,
     * which is made when the verifier is done.
     */
    static boolean isOfVerifier(int errno, String log) {
        return !log.isBlank() && errno != Errno.EMFILE.number() && errno != Errno.ENFILE.number();
    }

    /** Reads the log of a program that was refused. */
    static Refusal of(BpfObject object, RelocatedProgram program, String log) {
        VerifierLog parsed = new VerifierLog(log);
        Optional<VerifierAdvice> row = VerifierAdvice.of(parsed.messages());
        int length = program.slots().length;
        OptionalInt index = parsed.lastInsnIndex().isPresent() && parsed.lastInsnIndex().getAsInt() < length
                && row.filter(VerifierAdvice::isAboutWholeProgram).isEmpty() ? parsed.lastInsnIndex()
                : OptionalInt.empty();
        Optional<PoisonExplanation> poison = PoisonExplanation.of(parsed.messages(), index, object, program);
        Optional<SourceLine> source = Optional.empty();
        Optional<String> function = Optional.empty();
        Optional<String> instruction = Optional.empty();
        if (index.isPresent()) {
            int at = index.getAsInt();
            source = program.lineAt(at).flatMap(line -> object.btf().map(line::source));
            function = program.partAt(at).map(RelocatedProgram.Part::name);
            instruction = Optional.of(text(program, at));
        }
        return new Refusal(program.name(), index, function, source, instruction, parsed.registers(), parsed.reason(),
                poison.map(PoisonExplanation::cause).or(() -> row.map(VerifierAdvice::cause)).orElse(""),
                poison.map(PoisonExplanation::advice).or(() -> row.map(VerifierAdvice::advice)).orElse(""),
                poison.map(PoisonExplanation::candidates).orElse(List.of()), log);
    }

    /** {@return the sentence that the exception's message has behind the errno} */
    String sentence() {
        StringBuilder text = new StringBuilder("the verifier refused it");
        insnIndex.ifPresent(index -> text.append(" at instruction ").append(index));
        function.filter(name -> !name.equals(program))
                .ifPresent(name -> text.append(" in '").append(name).append('\''));
        source.ifPresent(line -> text.append(" (").append(line).append(')'));
        text.append(": ").append(reason);
        if (!cause.isEmpty()) {
            text.append(": ").append(cause);
        }
        if (!advice.isEmpty()) {
            text.append("; ").append(advice);
        }
        return text.toString();
    }

    private static String text(RelocatedProgram program, int insnIndex) {
        Map<Integer, String> names = new HashMap<>();
        for (Reference reference : program.references()) {
            switch (reference) {
                case Reference.MapReference map -> names.put(map.insnIndex(), map.map());
                case Reference.DataReference data -> names.put(data.insnIndex(), data.map() + "+" + data.offsetBytes());
                case Reference.ExternReference extern -> names.put(extern.insnIndex(), extern.extern());
                case Reference.CallReference _, Reference.FunctionReference _ -> { }
            }
        }
        return Disassembler.naming(index -> Optional.ofNullable(names.get(index)))
                .line(program.slots(), insnIndex).text();
    }
}
