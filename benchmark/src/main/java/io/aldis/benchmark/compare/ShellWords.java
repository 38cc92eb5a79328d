package io.aldis.benchmark.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line cut into words as a POSIX shell does it: blanks separate, single quotes keep everything, double quotes all but a
 * backslash before {@code $ ` " \}, a backslash the next character. Nothing is expanded, and there are no operators.
 */
public final class ShellWords {

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();

    /** An empty pair of quotes is a word too. */
    private boolean begun;

    private int next;

    private ShellWords(String line) {
        this.line = line;
    }

    /**
     * The words of a line.
     *
     * @throws IllegalArgumentException if a quote is not closed, or nothing follows a last backslash; the message says which
     */
    public static List<String> of(String line) {
        return new ShellWords(line).split();
    }

    private List<String> split() {
        while (next < line.length()) {
            char c = line.charAt(next++);
            switch (c) {
                case ' ', '\t', '\n', '\r' -> endOfWord();
                case '\'' -> single();
                case '"' -> twofold();
                case '\\' -> escaped();
                default -> add(c);
            }
        }
        endOfWord();
        return List.copyOf(words);
    }

    private void add(char c) {
        begun = true;
        word.append(c);
    }

    private void endOfWord() {
        if (begun) {
            words.add(word.toString());
        }
        begun = false;
        word.setLength(0);
    }

    private void escaped() {
        if (next == line.length()) {
            throw new IllegalArgumentException("nothing follows its last backslash; write two for one");
        }
        char c = line.charAt(next++);
        if (c != '\n') {
            add(c);
        }
    }

    private void single() {
        begun = true;
        int end = line.indexOf('\'', next);
        if (end < 0) {
            throw neverClosed('\'', next);
        }
        word.append(line, next, end);
        next = end + 1;
    }

    private void twofold() {
        begun = true;
        int begin = next;
        while (next < line.length()) {
            char c = line.charAt(next++);
            if (c == '"') {
                return;
            } else if (c == '\\' && next < line.length() && "$`\"\\\n".indexOf(line.charAt(next)) >= 0) {
                escaped();
            } else {
                word.append(c);
            }
        }
        throw neverClosed('"', begin);
    }

    private static IllegalArgumentException neverClosed(char quote, int position) {
        return new IllegalArgumentException(
                "the quote " + quote + " at its character " + position + " is never closed");
    }
}
