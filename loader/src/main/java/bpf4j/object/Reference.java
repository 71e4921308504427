package bpf4j.object;

/** What an instruction of a function refers to by name: an ELF relocation, resolved to the thing that it means. */
public sealed interface Reference {

    /** {@return the instruction, counted in 8-byte slots from the start of its function} */
    int insnIndex();

    /**
     * The same reference of a function whose code was placed elsewhere.
     *
     * @param slots how many slots further
     * @return the moved reference
     */
    Reference movedBy(int slots);

    /**
     * A two-slot load of a map's file descriptor.
     *
     * @param insnIndex the instruction
     * @param map the map's name
     */
    record MapReference(int insnIndex, String map) implements Reference {

        @Override
        public Reference movedBy(int slots) {
            return new MapReference(insnIndex + slots, map);
        }
    }

    /**
     * A two-slot load of an address inside a data section's map.
     *
     * @param insnIndex the instruction
     * @param map the map's name
     * @param offsetBytes the symbol's offset in the section; what the instruction's immediate holds is added to it
     */
    record DataReference(int insnIndex, String map, long offsetBytes) implements Reference {

        @Override
        public Reference movedBy(int slots) {
            return new DataReference(insnIndex + slots, map, offsetBytes);
        }
    }

    /**
     * A call of a subprogram.
     *
     * @param insnIndex the instruction
     * @param function the index in {@link BpfObject#functions()}
     */
    record CallReference(int insnIndex, int function) implements Reference {

        @Override
        public Reference movedBy(int slots) {
            return new CallReference(insnIndex + slots, function);
        }
    }

    /**
     * A two-slot load of a subprogram's address, for callbacks.
     *
     * @param insnIndex the instruction
     * @param function the index in {@link BpfObject#functions()}
     */
    record FunctionReference(int insnIndex, int function) implements Reference {

        @Override
        public Reference movedBy(int slots) {
            return new FunctionReference(insnIndex + slots, function);
        }
    }

    /**
     * A call of a kfunc, or a two-slot load of an extern's value or address.
     *
     * @param insnIndex the instruction
     * @param extern the extern's name
     */
    record ExternReference(int insnIndex, String extern) implements Reference {

        @Override
        public Reference movedBy(int slots) {
            return new ExternReference(insnIndex + slots, extern);
        }
    }
}
