package io.aldis.benchmark.scenario;

import io.aldis.benchmark.scenario.Node.Entry;
import io.aldis.benchmark.scenario.Node.Listing;
import io.aldis.benchmark.scenario.Node.Mapping;
import io.aldis.benchmark.scenario.Node.Place;
import io.aldis.benchmark.scenario.Node.Scalar;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLReadFeature;

/**
 * The text of a YAML file taken apart into nodes. What YAML could do beyond keys, lists and values is refused: aliases, tags, a second
 * document.
 */
final class Document {

    private static final YAMLFactory YAML =
            YAMLFactory.builder().disable(YAMLReadFeature.EMPTY_STRING_AS_NULL).build();

    /** How the parser tells a place in its messages, which is more exact than the location it gives. */
    private static final Pattern MARK = Pattern.compile(" in reader, line (\\d+), column (\\d+):");

    /** Scenarios need five levels. */
    private static final int DEEPEST = 20;

    private final String file;
    private final String text;
    private final JsonParser parser;
    private int depth;

    private Document(String file, String text, JsonParser parser) {
        this.file = file;
        this.text = text;
        this.parser = parser;
    }

    /**
     * The root of a file.
     *
     * @throws ScenarioFailed if it is not YAML, or more of it than is understood here
     */
    static Node read(String file, String text) {
        String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), new StringReader(marked))) {
            return new Document(file, marked, parser).root();
        }
    }

    private Node root() {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw ScenarioFailed.of(file, "expected a scenario, came an empty file");
            }
            Node root = node(first);
            if (parser.nextToken() != null) {
                throw failed(place(), "expected the end of the file, came a second document; a file has one scenario");
            }
            return root;
        } catch (JacksonException broken) {
            throw noYaml(broken);
        }
    }

    private Node node(JsonToken token) {
        refuseWhatIsNotUnderstood();
        return switch (token) {
            case START_OBJECT -> nested(this::mapping);
            case START_ARRAY -> nested(this::listing);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(Scalar.Type.NUMBER);
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> scalar(Scalar.Type.WORD);
            default -> scalar(Scalar.Type.TEXT);
        };
    }

    private Node nested(Supplier<Node> read) {
        if (++depth > DEEPEST) {
            throw failed(place(), "expected at most " + DEEPEST + " levels, came more");
        }
        Node node = read.get();
        depth--;
        return node;
    }

    private void refuseWhatIsNotUnderstood() {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw failed(
                    place(),
                    "expected a value, came the alias *" + parser.getString()
                            + "; write the value out, or put quotes around a text that begins with *");
        }
        if (parser.getTypeId() != null) {
            throw failed(
                    place(),
                    "expected a value, came a tag; leave it out, or put quotes around a text that begins with !");
        }
    }

    private Node mapping() {
        Place begin = place();
        List<Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            Place place = place();
            String key = parser.currentName();
            entries.add(new Entry(place, key, node(parser.nextToken())));
        }
        return new Mapping(begin, entries);
    }

    private Node listing() {
        Place begin = place();
        List<Node> nodes = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            nodes.add(node(token));
        }
        return new Listing(begin, nodes);
    }

    private Node scalar(Scalar.Type type) {
        return new Scalar(place(), parser.getString(), type);
    }

    private Place place() {
        return place(parser.currentTokenLocation());
    }

    private static Place place(TokenStreamLocation location) {
        return new Place(location.getLineNr(), location.getColumnNr());
    }

    private ScenarioFailed failed(Place place, String problem) {
        return new ScenarioFailed(file, List.of(new ScenarioFailed.Problem(place.line(), place.column(), problem)));
    }

    /** The message of the parser has its reason in the last line that is neither a mark nor indented, and the place in the last mark. */
    private ScenarioFailed noYaml(JacksonException broken) {
        String message = broken.getOriginalMessage();
        String reason = message.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .reduce("", (former, line) -> line);
        Place place = place(broken.getLocation() == null ? parser.currentTokenLocation() : broken.getLocation());
        Matcher mark = MARK.matcher(message);
        while (mark.find()) {
            place = new Place(Integer.parseInt(mark.group(1)), Integer.parseInt(mark.group(2)));
        }
        return failed(place, "this is not YAML: " + reason + hint(place));
    }

    /** Topics with variables are what most often needs quotes. */
    private String hint(Place place) {
        String line = text.lines().skip(place.line() - 1L).findFirst().orElse("");
        return line.contains("{") || line.contains("%") ? "; put quotes around a text with { } or % in it" : "";
    }
}
