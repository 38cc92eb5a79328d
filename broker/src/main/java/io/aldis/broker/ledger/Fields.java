package io.aldis.broker.ledger;

import io.aldis.codec.Binary;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a line or a part of it, each looked at once: what is missing, of another kind or unknown is an {@link
 * IllegalArgumentException} that says what was expected and what came.
 */
final class Fields {

    /** Characters of a value that are shown. */
    private static final int SHOWN = 60;

    private final String path;
    private final Map<?, ?> values;
    private final Set<String> known = new HashSet<>();

    Fields(Map<?, ?> values) {
        this("", values);
    }

    private Fields(String path, Map<?, ?> values) {
        this.path = path;
        this.values = values;
    }

    boolean has(String name) {
        return values.get(name) != null;
    }

    String text(String name) {
        return value(name) instanceof String text ? text : wrong(name, "a text");
    }

    /** A text, or "" if the field is left out. */
    String textOrNone(String name) {
        known.add(name);
        return has(name) ? text(name) : "";
    }

    long number(String name) {
        Object value = value(name);
        if (value instanceof Long || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        return wrong(name, "a whole number of 64 bits");
    }

    long number(String name, long otherwise) {
        known.add(name);
        return has(name) ? number(name) : otherwise;
    }

    int small(String name) {
        return within(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    int within(String name, int lowest, int highest) {
        Object value = value(name);
        if (value instanceof Long || value instanceof Integer) {
            long number = ((Number) value).longValue();
            if (lowest <= number && number <= highest) {
                return (int) number;
            }
        }
        return wrong(name, "a whole number from " + lowest + " to " + highest);
    }

    /** False if the field is left out. */
    boolean flag(String name) {
        if (!has(name)) {
            known.add(name);
            return false;
        }
        return value(name) instanceof Boolean flag ? flag : wrong(name, "true or false");
    }

    Binary bytes(String name) {
        Object value = value(name);
        if (value instanceof String text) {
            return Binary.utf8(text);
        }
        return value instanceof Binary bytes ? bytes : wrong(name, "a text, or bytes in base64");
    }

    /** One of some words, which is answered as its place among them. */
    int word(String name, List<String> words) {
        int place = value(name) instanceof String word ? words.indexOf(word) : -1;
        return place >= 0 ? place : wrong(name, "one of " + String.join(", ", words));
    }

    Fields object(String name) {
        return value(name) instanceof Map<?, ?> map ? new Fields(path + name + ".", map) : wrong(name, "an object");
    }

    /** None if the field is left out. */
    List<?> list(String name) {
        if (!has(name)) {
            known.add(name);
            return List.of();
        }
        return value(name) instanceof List<?> list ? list : wrong(name, "a list");
    }

    /** The names of all fields. */
    Set<String> names() {
        Set<String> names = new HashSet<>();
        values.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    /** Nothing is there that nobody has asked for. */
    void end() {
        for (Object name : values.keySet()) {
            if (!known.contains(String.valueOf(name))) {
                throw new IllegalArgumentException(
                        "the field \"" + path + name + "\" is not known here; expected is none but "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /**
     * Refuses a field.
     *
     * @param expected what it should be
     */
    @SuppressWarnings({"DoNotCallSuggester", "TypeParameterUnusedInFormals"}) // It stands where a value would.
    <T> T wrong(String name, String expected) {
        throw new IllegalArgumentException(
                "the field \"" + path + name + "\" should be " + expected + ", but " + came(values.get(name)));
    }

    private @Nullable Object value(String name) {
        known.add(name);
        return values.get(name);
    }

    private static String came(@Nullable Object value) {
        if (value == null) {
            return "is not there";
        }
        String text = value instanceof String ? "\"" + value + '"' : String.valueOf(value);
        return "is " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
    }
}
