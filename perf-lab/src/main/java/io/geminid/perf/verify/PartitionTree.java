package io.geminid.perf.verify;

import io.geminid.shuffle.descriptor.ResultPartitionId;
import io.geminid.shuffle.sortmerge.format.PartitionDamagedException;
import io.geminid.shuffle.sortmerge.format.PartitionFiles;
import io.geminid.shuffle.sortmerge.read.PartitionVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The stored partitions below a directory. */
final class PartitionTree {

    private static final Pattern JOB = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern FILE =
            Pattern.compile("\\d{1,10}-\\d{1,10}-\\d{1,10}\\.(data|index)(\\.part)?");

    private final List<Path> files;
    private int damages;
    private int partitions;
    private int unfinished;
    private long bytes;

    private PartitionTree(final List<Path> files) {
        this.files = files;
    }

    static PartitionTree below(final Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return new PartitionTree(all.filter(PartitionTree::isOfPartition).sorted().toList());
        }
    }

    private static boolean isOfPartition(final Path file) {
        return file.getParent() != null
                && FILE.matcher(file.getFileName().toString()).matches()
                && JOB.matcher(String.valueOf(file.getParent().getFileName())).matches();
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Checks all of them; false if one is not as it was written. */
    boolean verify(final PrintWriter out) {
        for (final Path file : files) {
            final String name = file.getFileName().toString();
            if (name.endsWith(".index")) {
                verifyPartition(file, out);
            } else if (!Files.exists(file.resolveSibling(name.replaceFirst("data$", "index")))
                    || name.endsWith(".part")) {
                unfinished++;
                out.println("unfinished   " + file);
            }
        }
        out.printf(
                "%s: partitions=%d bytes=%d damages=%d unfinished=%d%n",
                damages == 0 ? "sound" : "DAMAGED", partitions, bytes, damages, unfinished);
        out.flush();
        return damages == 0;
    }

    private void verifyPartition(final Path index, final PrintWriter out) {
        final long job = Long.parseUnsignedLong(index.getParent().getFileName().toString(), 1 << 4);
        final ResultPartitionId id =
                PartitionFiles.ofIndexName(job, index.getFileName().toString());
        if (id == null) {
            return;
        }
        partitions++;
        try {
            final PartitionVerifier.Verified found =
                    PartitionVerifier.verify(new PartitionFiles(index.getParent(), id));
            bytes += found.index().dataBytes();
            out.println(found.index() + " blocks=" + found.blocks());
        } catch (final PartitionDamagedException e) {
            damages++;
            out.println("DAMAGED      " + e.getMessage());
        }
    }
}
