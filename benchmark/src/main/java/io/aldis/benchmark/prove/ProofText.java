package io.aldis.benchmark.prove;

import io.aldis.benchmark.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A proof in letters, for a terminal. */
public final class ProofText {

    private ProofText() {}

    /** Several lines. */
    public static String of(Proof proof) {
        StringBuilder out = new StringBuilder();
        out.append("Broker: ").append(proof.broker()).append('\n');
        out.append("Seed:   ").append(proof.seed()).append("\n\n");
        out.append(table(proof).text());
        if (!proof.examples().isEmpty()) {
            out.append("\nWhat is wrong, for example:\n");
            proof.examples().forEach(example -> out.append("  ").append(example).append('\n'));
        }
        proof.troubles().forEach(trouble -> out.append('\n').append(trouble).append('\n'));
        return out.append("\nVerdict: ").append(verdict(proof)).toString();
    }

    private static Table table(Proof proof) {
        Counts counts = proof.counts();
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("kills", proof.rounds()));
        rows.add(row("came back after them", proof.startsMillis().size()));
        rows.add(row("until the first CONNACK, median ms", median(proof.startsMillis())));
        rows.add(row("until the first CONNACK, longest ms", longest(proof.startsMillis())));
        rows.add(row("acknowledged at QoS 1", counts.acknowledgedQos1()));
        rows.add(row("acknowledged at QoS 2", counts.acknowledgedQos2()));
        rows.add(row("refused by the broker", counts.refused()));
        rows.add(row("delivered", counts.delivered()));
        rows.add(row("came again at QoS 1, which is allowed", counts.repeatedQos1()));
        rows.add(row("LOST", counts.lost()));
        rows.add(row("TWICE at QoS 2", counts.duplicatedQos2()));
        rows.add(row("OUT OF ORDER", counts.outOfOrder()));
        rows.add(row("NEVER SENT like this", counts.foreign()));
        rows.add(row("SESSIONS LOST", counts.sessionsLost()));
        rows.add(row("retained messages looked at", counts.retainedSeen()));
        rows.add(row("RETAINED WRONG", counts.retainedWrong()));
        return new Table("", List.of("count"), rows);
    }

    private static List<String> row(String name, long count) {
        return List.of(name, String.format(Locale.ROOT, "%,d", count));
    }

    private static long median(List<Long> values) {
        return values.isEmpty()
                ? 0
                : values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0L);
    }

    private static long longest(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private static String verdict(Proof proof) {
        String code = " (exit code " + proof.exit().code() + ")";
        return switch (proof.exit()) {
            case OK -> "what was acknowledged was kept" + code;
            case UNFINISHED -> "nothing is known to be lost, but not all could be counted" + code;
            default -> "promises were broken" + code;
        };
    }
}
