package io.aldis.broker.ledger;

import java.util.List;

/**
 * What {@link LedgerCheck} has found, of one kind.
 *
 * @param what is wrong, in words that follow a number: "rows of queues that belong to no session"
 * @param count how often
 * @param examples some of them, in words
 */
public record Finding(String what, long count, List<String> examples) {

    public Finding {
        examples = List.copyOf(examples);
    }
}
