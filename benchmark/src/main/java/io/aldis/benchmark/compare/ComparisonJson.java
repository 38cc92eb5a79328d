package io.aldis.benchmark.compare;

import io.aldis.benchmark.compare.ComparisonResult.Round;
import io.aldis.benchmark.compare.ComparisonResult.Row;
import io.aldis.benchmark.compare.ComparisonResult.Section;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A comparison as JSON, for programs. What is not known is {@code null}; the figures have the names of {@link Figure#key}. */
public final class ComparisonJson {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private ComparisonJson() {}

    /** Indented. */
    public static String of(ComparisonResult result) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("command", result.command());
        json.put("began", result.began().toString());
        json.put("complete", result.complete());
        json.putObject("machine")
                .put("cores", result.machine().cores())
                .put("memoryBytes", result.machine().memoryBytes())
                .put("system", result.machine().system())
                .put("java", result.machine().java());
        json.putObject("rounds")
                .put("measured", result.rounds().measured())
                .put("warmUps", result.rounds().warmUps())
                .put("fresh", result.rounds().fresh());
        json.put("baseline", ComparisonText.baseline(result));
        ArrayNode contenders = json.putArray("contenders");
        result.contenders()
                .forEach(contender ->
                        contenders.addObject().put("name", contender.name()).put("given", contender.given()));
        ArrayNode sections = json.putArray("sections");
        result.sections().forEach(section -> put(sections.addObject(), section));
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json);
    }

    private static void put(ObjectNode json, Section section) {
        json.put("scenario", section.scenario());
        json.put("phase", section.phase());
        section.setting().forEach(json.putArray("setting")::add);
        ArrayNode rows = json.putArray("rows");
        section.rows().forEach(row -> put(rows.addObject(), row));
    }

    private static void put(ObjectNode json, Row row) {
        json.put("contender", row.contender());
        json.put("verdict", row.verdict());
        ObjectNode figures = json.putObject("figures");
        for (Figure figure : Figure.values()) {
            Summary summary = row.summary(figure);
            ObjectNode written = figures.putObject(figure.key());
            put(written, "median", summary.median());
            put(written, "min", summary.min());
            put(written, "max", summary.max());
            put(written, "spread", summary.spread());
            put(written, "ratio", summary.ratio());
        }
        ArrayNode rounds = json.putArray("rounds");
        row.rounds().forEach(round -> put(rounds.addObject(), round));
    }

    private static void put(ObjectNode json, Round round) {
        json.put("number", round.number());
        json.put("exit", round.exit().name());
        round.findings().forEach(json.putArray("findings")::add);
        ObjectNode figures = json.putObject("figures");
        for (Figure figure : Figure.values()) {
            put(figures, figure.key(), round.value(figure));
        }
    }

    private static void put(ObjectNode json, String name, double value) {
        if (Double.isFinite(value)) {
            json.put(name, value);
        } else {
            json.putNull(name);
        }
    }
}
