package io.aldis.broker.connection;

/** Text of a stranger for the log: shortened, and without characters that could forge a line or move a cursor. */
final class Printable {

    private static final int LONGEST = 64;

    private Printable() {}

    /** The text in quotes. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)
                    || Character.isSurrogate(c)
                    || c == '"'
                    || Character.getType(c) == Character.FORMAT) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(text.length() > LONGEST ? "…\"" : "\"").toString();
    }
}
