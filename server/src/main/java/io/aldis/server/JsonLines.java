package io.aldis.server;

import io.aldis.codec.Binary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON, an object a line. Bytes are a text where they are UTF-8, else {@code {"base64":"…"}}; halves of surrogate pairs, which UTF-8 cannot
 * say, are escaped.
 */
final class JsonLines {

    private static final String BASE64 = "base64";

    /** A payload of MQTT has up to 256 MiB, and escaped it is six times as long. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxDocumentLength(-1)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private JsonLines() {}

    /**
     * Writes a line.
     *
     * @param ascii whether all else is escaped, for a way out that may not be UTF-8
     */
    static void write(Writer out, Map<String, Object> line, boolean ascii) throws IOException {
        String json = MAPPER.writeValueAsString(written(line));
        int from = 0;
        for (int i = 0; i < json.length(); i++) {
            if (mustBeEscaped(json, i, ascii)) {
                out.append(json, from, i).append("\\u%04x".formatted((int) json.charAt(i)));
                from = i + 1;
            }
        }
        out.append(json, from, json.length()).append('\n');
    }

    private static boolean mustBeEscaped(String json, int at, boolean ascii) {
        char c = json.charAt(at);
        if (c < 0x80 || (!ascii && !Character.isSurrogate(c))) {
            return false;
        }
        boolean paired = Character.isHighSurrogate(c)
                ? at + 1 < json.length() && Character.isLowSurrogate(json.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(json.charAt(at - 1));
        return ascii || !paired;
    }

    private static @Nullable Object written(@Nullable Object value) {
        if (value instanceof Binary bytes) {
            return bytes.isUtf8()
                    ? bytes.toUtf8()
                    : Map.of(BASE64, Base64.getEncoder().encodeToString(bytes.toArray()));
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> written = new LinkedHashMap<>();
            map.forEach((name, one) -> written.put(name, written(one)));
            return written;
        }
        return value;
    }

    /**
     * Reads lines up to the end.
     *
     * @param out takes them; an {@link IllegalArgumentException} of its own is told with the number of the line
     * @throws IllegalArgumentException naming the line that is not as it should be, what was expected and what came
     */
    static void read(BufferedReader in, Consumer<Map<String, ?>> out) throws IOException {
        long number = 0;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                out.accept(object(line));
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "after line " + number + ": UTF-8 is expected, but bytes came that are not", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // The names of a JSON object are texts.
    private static Map<String, ?> object(String line) {
        try {
            if (MAPPER.readValue(line, Object.class) instanceof Map<?, ?> map) {
                return read(map) instanceof Map<?, ?> fields ? (Map<String, ?>) fields : Map.of();
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "a JSON object is expected, but " + shown(line) + " came: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("a JSON object is expected, but " + shown(line) + " came");
    }

    private static Object read(Map<?, ?> map) {
        if (map.size() == 1 && map.get(BASE64) instanceof String encoded) {
            try {
                return Binary.wrap(Base64.getDecoder().decode(encoded));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("base64 is expected, but " + shown(encoded) + " came", e);
            }
        }
        Map<Object, @Nullable Object> read = new LinkedHashMap<>();
        map.forEach((name, one) -> read.put(name, one instanceof Map<?, ?> inner ? read(inner) : one));
        return read;
    }

    private static String shown(String text) {
        return text.isEmpty() ? "nothing" : '"' + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + '"';
    }

    /** An object over several lines, for human eyes. */
    static String pretty(Map<String, ?> object) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object);
    }
}
