package io.aldis.benchmark.prove;

import java.util.ArrayList;
import java.util.List;

/** What is wrong, in words: a few sentences, and of each kind the first ones. */
final class Examples {

    private static final int AT_MOST = 10;
    private static final int OF_ONE_KIND = 3;

    private final List<String> sentences = new ArrayList<>();

    /** Takes the sentence, if it is one of the first of its kind, which is the word before its colon. */
    void add(String kind, String sentence) {
        String beginning = kind + ": ";
        long known = sentences.stream().filter(one -> one.startsWith(beginning)).count();
        if (sentences.size() < AT_MOST && known < OF_ONE_KIND) {
            sentences.add(beginning + sentence);
        }
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }
}
