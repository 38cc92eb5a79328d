package io.aldis.benchmark.report;

import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Sample;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run showed, as JSON for scripts: the records of {@code result} as they are, and in each phase and sample an object
 * {@code derived} with what would otherwise have to be computed. What is not known is null; NaN is never written. Moments are in
 * ISO 8601.
 */
public final class JsonReport {

    private static final JsonMapper JSON = JsonMapper.builder()
            // In the order in which the records tell it.
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private JsonReport() {}

    /** The text, indented. */
    public static String of(Result result) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree(result)) + "\n";
    }

    /**
     * Writes it to a file, in UTF-8.
     *
     * @throws ReportFailed if the file cannot be written
     */
    public static void write(Result result, Path path) {
        ReportFile.write(path, of(result));
    }

    /** The same in one line. */
    static String compact(Result result) {
        return JSON.writeValueAsString(tree(result));
    }

    private static ObjectNode tree(Result result) {
        ObjectNode tree = JSON.valueToTree(result);
        for (int i = 0; i < result.phases().size(); i++) {
            derive(result.phases().get(i), derived(tree, "phases", i));
        }
        for (int i = 0; i < result.samples().size(); i++) {
            derive(result.samples().get(i), derived(tree, "samples", i));
        }
        dropUnknown(tree);
        return tree;
    }

    private static ObjectNode derived(ObjectNode tree, String list, int index) {
        ObjectNode derived = JSON.createObjectNode();
        ((ObjectNode) tree.get(list).get(index)).set("derived", derived);
        return derived;
    }

    private static void derive(PhaseResult phase, ObjectNode derived) {
        derived.put("sentPerSecond", phase.perSecond(phase.counts().sent()))
                .put("receivedPerSecond", phase.perSecond(phase.counts().received()))
                .put("acknowledgedPerSecond", phase.perSecond(phase.counts().acknowledged()))
                .put("connectedPerSecond", phase.perSecond(phase.counts().connected()))
                .put("bytesSentPerSecond", phase.perSecond(phase.counts().bytesSent()))
                .put("bytesReceivedPerSecond", phase.perSecond(phase.counts().bytesReceived()))
                .put("lost", phase.counts().lost())
                .put("brokerMicrosPerMessage", phase.brokerMicrosPerMessage())
                .put("brokerCores", Summary.cores(phase.broker(), phase))
                .put("brokerBytesPerConnection", phase.brokerBytesPerConnection())
                .put("toolMicrosPerMessage", phase.toolMicrosPerMessage())
                .put("toolCores", Summary.cores(phase.tool(), phase));
    }

    private static void derive(Sample sample, ObjectNode derived) {
        derived.put("sentPerSecond", sample.perSecond(sample.counts().sent()))
                .put("receivedPerSecond", sample.perSecond(sample.counts().received()))
                .put("acknowledgedPerSecond", sample.perSecond(sample.counts().acknowledged()));
    }

    /** Puts null where a number is none: JSON has no NaN. */
    private static void dropUnknown(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                if (unknown(property.getValue())) {
                    property.setValue(NullNode.getInstance());
                }
                dropUnknown(property.getValue());
            }
        } else if (node instanceof ArrayNode array) {
            array.forEach(JsonReport::dropUnknown);
        }
    }

    private static boolean unknown(JsonNode node) {
        return node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue());
    }
}
