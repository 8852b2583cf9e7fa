package io.geminid.perf.doctor;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param status what it means for Geminid
 * @param found what there is, in a few words with numbers
 * @param fix the command that mends it; null if nothing is wrong
 */
@JsonPropertyOrder({"name", "status", "found", "fix"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record Check(String name, Status status, String found, String fix) {

    /** What a finding means, from good to bad. */
    enum Status {
        /** As it should be. */
        OK("ok"),
        /** Could be better, but everything works. */
        NOTE("note"),
        /** RDMA does not work because of this; TCP does. */
        NO_RDMA("no RDMA"),
        /** Nothing works. */
        BROKEN("broken");

        private final String label;

        Status(final String label) {
            this.label = label;
        }

        @JsonValue
        String label() {
            return label;
        }
    }

    static Check ok(final String name, final String found) {
        return new Check(name, Status.OK, found, null);
    }

    static Check note(final String name, final String found, final String fix) {
        return new Check(name, Status.NOTE, found, fix);
    }

    static Check noRdma(final String name, final String found, final String fix) {
        return new Check(name, Status.NO_RDMA, found, fix);
    }

    static Check broken(final String name, final String found, final String fix) {
        return new Check(name, Status.BROKEN, found, fix);
    }
}
