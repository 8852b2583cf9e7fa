package io.geminid.perf.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the result files add up to, read back from disk. */
final class DemoTotals {

    private long clients;
    private long counted;
    private String busiest = "-";
    private long busiestRequests;
    private long sessions;
    private long inSessions;

    DemoTotals(final List<Path> clientParts, final List<Path> sessionParts) throws IOException {
        for (final Path part : clientParts) {
            try (BufferedReader lines = Files.newBufferedReader(part)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    addClient(line);
                }
            }
        }
        for (final Path part : sessionParts) {
            try (BufferedReader lines = Files.newBufferedReader(part)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    sessions++;
                    inSessions += Long.parseLong(line.substring(line.lastIndexOf(',') + 1));
                }
            }
        }
    }

    private void addClient(final String line) {
        final int comma = line.lastIndexOf(',');
        final long requests = Long.parseLong(line.substring(comma + 1));
        clients++;
        counted += requests;
        if (requests > busiestRequests) {
            busiestRequests = requests;
            busiest = line.substring(0, comma);
        }
    }

    /** Lines of the clients' files. */
    long clients() {
        return clients;
    }

    /** Requests in them. */
    long counted() {
        return counted;
    }

    /** The client with the most requests. */
    String busiest() {
        return busiest;
    }

    /** How many that client has. */
    long busiestRequests() {
        return busiestRequests;
    }

    /** Lines of the sessions' files. */
    long sessions() {
        return sessions;
    }

    /** Requests in them. */
    long inSessions() {
        return inSessions;
    }
}
