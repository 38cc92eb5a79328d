package io.aldis.acceptance.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * A numbered statement of a standard.
 *
 * @param number what both standards put behind "MQTT-", for example "3.1.0-1"
 * @param asks what it asks, in our words
 * @param unshowable why no test of a server can show it; empty if one can
 */
record Statement(Standard standard, String number, String asks, String unshowable) {

    private static final String HEADING = "id\tasks\tno server test because";
    private static final String ID_START = "MQTT-";

    /** Reads a list of statements: a heading, then one statement a line, its columns separated by tabs. */
    static List<Statement> list(Standard standard, String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADING)) {
            throw new IllegalArgumentException("the list of " + standard + " does not begin with its heading");
        }
        List<Statement> statements = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", -1);
            if (columns.length != 3 || !columns[0].startsWith(ID_START) || columns[1].isBlank()) {
                throw new IllegalArgumentException("not a statement of " + standard + ": " + line);
            }
            statements.add(
                    new Statement(standard, columns[0].substring(ID_START.length()), columns[1], columns[2].strip()));
        }
        return statements;
    }

    /** As the standard names it, for example "MQTT-3.1.0-1". */
    String id() {
        return ID_START + number;
    }

    boolean isShowable() {
        return unshowable.isEmpty();
    }

    /** How comments cite it. */
    String citation() {
        return standard.citation(number);
    }
}
