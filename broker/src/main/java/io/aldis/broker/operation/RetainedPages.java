package io.aldis.broker.operation;

import io.aldis.broker.admin.Page;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.store.StateMachine;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks retained messages up, in the order of their topics. Safe for use by every thread.
 *
 * <p>The ledger has them in that order: those of the topics that begin alike are read there. For filters with wildcards in between,
 * the tree knows best what they match, but it has no order.
 */
final class RetainedPages {

    /** Topics that begin with this are hidden from wildcards. */
    private static final String HIDDEN = "$";

    /** The first string after all that begin with that. */
    private static final String AFTER_HIDDEN = "%";

    private final StateMachine ledger;
    private final RetainedMessages retained;
    private final Loop clock;

    /** Of the broker whose ledger that is; {@code clock} tells the time. */
    RetainedPages(StateMachine ledger, RetainedMessages retained, Loop clock) {
        this.ledger = ledger;
        this.retained = retained;
        this.clock = clock;
    }

    /** That of a topic, or null. */
    @Nullable
    Message of(String topic) {
        Message message = retained.get(topic);
        return message == null || message.expired(clock.currentTimeMillis()) ? null : message;
    }

    /** Those that a filter matches. */
    Page<Message> page(String filter, String after, int limit) {
        PagePicker.checked(limit);
        if (!Topics.isValidFilter(filter) || Topics.isShared(filter)) {
            throw new IllegalArgumentException("\"" + filter + "\" is no topic filter, or a shared one.");
        }
        boolean ownOnly = filter.equals("$SYS") || filter.startsWith("$SYS/");
        String prefix = filter.endsWith("#") ? filter.substring(0, filter.length() - 1) : filter;
        if (ownOnly || prefix.indexOf('+') >= 0 || !filter.endsWith("#")) {
            return picked(filter, after, limit);
        }
        return beginningWith(prefix, after, limit);
    }

    private Page<Message> picked(String filter, String after, int limit) {
        PagePicker<Message> picker = new PagePicker<>(after, limit);
        long now = clock.currentTimeMillis();
        retained.snapshot(filter).matchedBy(filter, message -> {
            if (!message.expired(now)) {
                picker.offer(message.topic(), message);
            }
        });
        return picker.page();
    }

    /** Those that {@code prefix#} matches; the prefix is empty or ends with a slash. */
    private Page<Message> beginningWith(String prefix, String after, int limit) {
        List<Message> entries = new ArrayList<>();
        if (prefix.length() > 1) { // a/# matches a, too
            Message parent = of(prefix.substring(0, prefix.length() - 1));
            if (parent != null && parent.topic().compareTo(after) > 0) {
                entries.add(parent);
            }
        }
        String next = after.isEmpty() ? "" : after + '\0'; // Nothing is between the two.
        Iterator<Message> ordered =
                ledger.retainedFrom(next.compareTo(prefix) < 0 ? prefix : next).iterator();
        long now = clock.currentTimeMillis();
        while (ordered.hasNext()) {
            Message message = ordered.next();
            String topic = message.topic();
            if (!topic.startsWith(prefix)) {
                break;
            }
            if (prefix.isEmpty() && topic.startsWith(HIDDEN)) {
                ordered = ledger.retainedFrom(AFTER_HIDDEN).iterator();
            } else if (!message.expired(now)) {
                entries.add(message);
            }
            if (entries.size() > limit) {
                return new Page<>(
                        entries.subList(0, limit), entries.get(limit - 1).topic(), total(prefix));
            }
        }
        return new Page<>(entries, "", total(prefix));
    }

    private long total(String prefix) {
        if (!prefix.isEmpty()) {
            return Page.UNCOUNTED;
        }
        Iterator<Message> hidden = ledger.retainedFrom(HIDDEN).iterator();
        boolean anyHidden = hidden.hasNext() && hidden.next().topic().startsWith(HIDDEN);
        return anyHidden ? Page.UNCOUNTED : retained.size();
    }
}
