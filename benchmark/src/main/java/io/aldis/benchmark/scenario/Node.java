package io.aldis.benchmark.scenario;

import java.util.List;

/** A piece of a file, and where it is. */
sealed interface Node {

    /** Where it begins. */
    Place place();

    /** What it is, for people. */
    String described();

    /**
     * A place in a file.
     *
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {}

    /**
     * A single value.
     *
     * @param text as it is written, without quotes
     * @param type what YAML takes it for
     */
    record Scalar(Place place, String text, Type type) implements Node {

        private static final int MOST_SHOWN = 80;

        /** What YAML takes a value for. */
        enum Type {
            /** In quotes, or of a form that is nothing else. */
            TEXT,
            /** A number, whole or not. */
            NUMBER,
            /** True, false, or null. */
            WORD
        }

        /** Whether it is text, and this. */
        boolean isText(String expected) {
            return type == Type.TEXT && text.equals(expected);
        }

        @Override
        public String described() {
            if (text.isEmpty()) {
                return "nothing";
            }
            String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
            return type == Type.TEXT ? '"' + shown.replace("\n", "\\n") + '"' : shown;
        }
    }

    /** Several nodes in their order. */
    record Listing(Place place, List<Node> nodes) implements Node {
        public Listing {
            nodes = List.copyOf(nodes);
        }

        @Override
        public String described() {
            return "a list";
        }
    }

    /** Keys with values, in their order; a key may be there twice. */
    record Mapping(Place place, List<Entry> entries) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        @Override
        public String described() {
            return "keys with values";
        }
    }

    /**
     * A key with its value.
     *
     * @param place of the key
     */
    record Entry(Place place, String key, Node value) {}
}
