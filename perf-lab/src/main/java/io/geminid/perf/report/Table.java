package io.geminid.perf.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** A table for a terminal: a header, rows, columns as wide as they need. Numbers to the right. */
public final class Table {

    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param header a title for each column
     */
    public Table(final String... header) {
        rows.add(header);
    }

    /**
     * Adds a row.
     *
     * @param cells as many as the header has
     */
    public void row(final String... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(
                    "cells=" + cells.length + " columns=" + rows.get(0).length);
        }
        rows.add(cells);
    }

    /**
     * Prints all rows.
     *
     * @param out where to
     */
    public void print(final PrintWriter out) {
        final int[] widths = new int[rows.get(0).length];
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                final String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : "  ");
                line.append(isNumber(i) ? padding + row[i] : row[i] + padding);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    /** The last row shows what a column holds. */
    private boolean isNumber(final int column) {
        final String cell = rows.get(rows.size() - 1)[column];
        return cell.equals("-") || !cell.isEmpty() && Character.isDigit(cell.charAt(0));
    }
}
