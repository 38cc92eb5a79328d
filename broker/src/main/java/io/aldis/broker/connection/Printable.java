package io.aldis.broker.connection;

/** Text of others for the log: shortened, and without characters that could forge a line or move a cursor. */
final class Printable {

    private static final int LONGEST = 64;
    private static final int LONGEST_LINE = 200;

    private Printable() {}

    /** A stranger's text, in quotes. */
    static String quoted(String text) {
        return "\"" + escaped(text, LONGEST) + "\"";
    }

    /** What a hook says in words. */
    static String line(String text) {
        return escaped(text, LONGEST_LINE);
    }

    private static String escaped(String text, int longest) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < longest; i++) {
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
        return out.append(text.length() > longest ? "…" : "").toString();
    }
}
