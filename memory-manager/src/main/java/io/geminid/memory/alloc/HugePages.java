package io.geminid.memory.alloc;

/** Whether slabs may come from huge pages that the host reserved. */
public enum HugePages {
    /**
     * Use them when a mounted, writable hugetlbfs has enough free ones for the whole pool; else
     * ordinary memory.
     */
    AUTO,
    /** Ordinary memory only. */
    OFF
}
