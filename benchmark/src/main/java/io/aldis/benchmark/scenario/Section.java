package io.aldis.benchmark.scenario;

import io.aldis.benchmark.scenario.Node.Entry;
import io.aldis.benchmark.scenario.Node.Listing;
import io.aldis.benchmark.scenario.Node.Mapping;
import io.aldis.benchmark.scenario.Node.Place;
import io.aldis.benchmark.scenario.Node.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping of the file, asked for its values key by key. What is wrong goes to the problems and comes back as empty, so that the reader
 * can go on and find what else is wrong.
 */
final class Section {

    private final Place begin;
    private final Keys keys;
    private final Problems problems;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Looks at once for keys that are not known or there twice. */
    Section(Mapping mapping, Keys keys, Problems problems) {
        this.begin = mapping.place();
        this.keys = keys;
        this.problems = problems;
        for (Entry entry : mapping.entries()) {
            if (!keys.has(entry.key())) {
                problems.add(entry.place(), keys.unknown(entry.key()));
                continue;
            }
            Entry first = entries.putIfAbsent(entry.key(), entry);
            if (first != null) {
                problems.add(
                        entry.place(),
                        "\"" + entry.key() + "\" is there twice, first in line "
                                + first.place().line());
            }
        }
    }

    /** A section, if the node is a mapping. */
    static Optional<Section> of(Node node, Keys keys, Problems problems) {
        if (node instanceof Mapping mapping) {
            return Optional.of(new Section(mapping, keys, problems));
        }
        problems.add(node.place(), keys.part() + ": expected keys with values, came " + node.described());
        return Optional.empty();
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The value of a key that must be there. */
    <V> Optional<V> needed(String key, Kind<V> kind) {
        if (!has(key)) {
            problems.add(begin, lacks(key) + ": " + kind.expected());
        }
        return given(key, kind);
    }

    /** The value of a key that may be left out. */
    <V> Optional<V> given(String key, Kind<V> kind) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return Optional.empty();
        }
        if (!(entry.value() instanceof Scalar scalar)) {
            return wrong(key, entry, kind.expected(), "");
        }
        Optional<V> value = kind.read().apply(scalar);
        return value.isPresent()
                ? value
                : wrong(key, entry, kind.expected(), kind.hint().apply(scalar));
    }

    /** The section below a key that may be left out. */
    Optional<Section> section(String key, Keys below) {
        Entry entry = entries.get(key);
        return entry == null ? Optional.empty() : of(entry.value(), below, problems);
    }

    /** The sections in the list below a key: at least one if the key is there. */
    List<Section> sections(String key, Keys below) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return List.of();
        }
        if (!(entry.value() instanceof Listing listing)) {
            wrong(key, entry, "a list, each of its entries with a dash before it", "");
            return List.of();
        }
        if (listing.nodes().isEmpty()) {
            wrong(key, entry, "a list with at least one entry", "");
        }
        return listing.nodes().stream()
                .flatMap(node -> of(node, below, problems).stream())
                .toList();
    }

    /** Says that a key is missing. */
    void lack(String key, String expected) {
        problems.add(begin, lacks(key) + ": " + expected);
    }

    /** Says what is wrong with the value of a key that is there. */
    void problem(String key, String text) {
        problems.add(place(key), key + ": " + text);
    }

    private String lacks(String key) {
        return keys.part() + " lacks the key \"" + key + "\"";
    }

    private Place place(String key) {
        Entry entry = entries.get(key);
        return entry == null ? begin : entry.value().place();
    }

    private <V> Optional<V> wrong(String key, Entry entry, String expected, String hint) {
        problem(key, "expected " + expected + ", came " + entry.value().described() + hint);
        return Optional.empty();
    }
}
