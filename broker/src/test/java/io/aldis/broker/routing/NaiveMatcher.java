package io.aldis.broker.routing;

/** Section 4.7 word by word, a level at a time, slow and plain: what the trees are measured against. */
final class NaiveMatcher {

    private NaiveMatcher() {}

    static boolean matches(String filter, String topicName) {
        if (topicName.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
            return false;
        }
        String[] wanted = filter.split("/", -1);
        String[] given = topicName.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true; // here i <= given.length: the parent level is matched, too
            }
            if (i == given.length || (!wanted[i].equals("+") && !wanted[i].equals(given[i]))) {
                return false;
            }
        }
        return wanted.length == given.length;
    }
}
