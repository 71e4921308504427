package bpf4j.btf.structops;

/**
 * A struct_ops variable that does not fit the kernel. The fields say which rule it breaks, and where.
 *
 * @serial exclude
 */
public final class StructOpsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The variable's name. */
    private final String variable;
    /** The member's name, or empty. */
    private final String member;
    /** The object's declaration. */
    private final String localType;
    /** The kernel's declaration, or empty. */
    private final String kernelType;
    /** The rule that is broken. */
    private final StructOpsRule rule;

    /**
     * Makes an exception.
     *
     * @param variable the variable's name
     * @param member the member's name, empty if the struct as a whole is refused
     * @param localType the object's declaration as C
     * @param kernelType the kernel's declaration as C, empty if the kernel has none
     * @param rule the rule that is broken
     * @param problem what is wrong
     */
    public StructOpsException(String variable, String member, String localType, String kernelType, StructOpsRule rule,
            String problem) {
        super("struct_ops '%s': %s: %s (object: %s; kernel: %s; rule: %s)".formatted(variable,
                member.isEmpty() ? "struct" : "member '" + member + "'", problem, localType,
                kernelType.isEmpty() ? "none" : kernelType, rule.text()));
        this.variable = variable;
        this.member = member;
        this.localType = localType;
        this.kernelType = kernelType;
        this.rule = rule;
    }

    /** {@return the variable's name} */
    public String variable() {
        return variable;
    }

    /** {@return the member's name, empty if the struct as a whole is refused or the member has no name} */
    public String member() {
        return member;
    }

    /** {@return the object's declaration as C} */
    public String localType() {
        return localType;
    }

    /** {@return the kernel's declaration as C, empty if the kernel has none} */
    public String kernelType() {
        return kernelType;
    }

    /** {@return the rule that is broken} */
    public StructOpsRule rule() {
        return rule;
    }
}
