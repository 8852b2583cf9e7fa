package io.geminid.perf.shuffle.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What both ends of a subject are told.
 *
 * @param traffic what they do
 * @param recordBytes payload of a record
 * @param channels subpartitions that records are spread over in turn
 * @param entries configuration of ours
 */
public record Setup(Traffic traffic, int recordBytes, int channels, Map<String, String> entries) {

    private static final int FIXED = 3;

    /** As arguments of a process. */
    public List<String> arguments() {
        final List<String> arguments = new ArrayList<>();
        arguments.add(traffic.label());
        arguments.add(Integer.toString(recordBytes));
        arguments.add(Integer.toString(channels));
        entries.forEach((key, value) -> arguments.add(key + "=" + value));
        return arguments;
    }

    /** The opposite of {@link #arguments}. */
    static Setup of(final List<String> arguments) {
        final Map<String, String> entries = new TreeMap<>();
        for (final String entry : arguments.subList(FIXED, arguments.size())) {
            final int equals = entry.indexOf('=');
            entries.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return new Setup(
                Traffic.named(arguments.get(0)),
                Integer.parseInt(arguments.get(1)),
                Integer.parseInt(arguments.get(2)),
                entries);
    }
}
