package io.aldis.benchmark.prove;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A proof as JSON, for programs: the record {@link Proof} as it is, and its exit code. */
public final class ProofJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            // In the order in which the records tell it.
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private ProofJson() {}

    /** Indented. */
    public static String of(Proof proof) {
        ObjectNode tree = JSON.valueToTree(proof);
        tree.put("exitCode", proof.exit().code());
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree);
    }
}
