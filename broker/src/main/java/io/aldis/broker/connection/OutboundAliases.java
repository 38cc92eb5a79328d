package io.aldis.broker.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The topic aliases that the broker uses towards one client (MQTT 5.0 §3.3.2.3.4), given to the topics that are sent most.
 *
 * <p>As long as an alias is free the next topic gets it. Then topics are counted, those without an alias too; one that is sent more
 * than twice as often as the least sent with an alias takes that over. Counts are halved now and then, so that what was
 * sent long ago weighs less. What is remembered is bounded by a few times the number of aliases.
 *
 * <p>Confined to the connection's loop; lives as long as the connection is open.
 */
final class OutboundAliases {

    /** Topics that are counted for each alias. */
    private static final int CANDIDATES = 4;

    /** Messages after which counts are halved, for each topic that may be counted. */
    private static final int SEASON = 64;

    /** For a client that takes no aliases. */
    static final OutboundAliases NONE = new OutboundAliases(0);

    private final int maximum;
    private final Map<String, Use> uses = new HashMap<>();

    /** The topics that have an alias, by alias less 1. */
    private final List<Use> holders = new ArrayList<>();

    /** Where among the holders the least used one was when it was looked for last. */
    private int weakest;

    /** What that one's count was then; no holder's is below it until the season ends. */
    private long leastCount;

    private long untilSeasonEnds;

    /** Aliases from 1 to {@code maximum}; none if that is 0. */
    OutboundAliases(int maximum) {
        this.maximum = maximum;
        untilSeasonEnds = season();
    }

    private long season() {
        return (long) SEASON * CANDIDATES * maximum;
    }

    /** How often a topic is sent, and by which alias. */
    static final class Use {
        private static final Use UNCOUNTED = new Use();

        private long count;
        private int alias;
        private boolean known;

        /** The alias, or 0 for none. */
        int alias() {
            return alias;
        }

        /** Whether the client has been told the topic of the alias, so that it need not be sent. */
        boolean known() {
            return known;
        }

        /** The client was sent topic and alias together: there is an alias. */
        void told() {
            known = true;
        }
    }

    /** Counts one message to a topic, and says how it is to be sent. */
    Use of(String topic) {
        if (maximum == 0) {
            return Use.UNCOUNTED;
        }
        if (--untilSeasonEnds <= 0) {
            endSeason();
        }
        Use use = uses.get(topic);
        if (use == null) {
            if (uses.size() >= CANDIDATES * maximum) {
                return Use.UNCOUNTED;
            }
            use = new Use();
            uses.put(topic, use);
        }
        use.count++;
        if (use.alias == 0) {
            giveAlias(use);
        }
        return use;
    }

    /** Topics that are counted now. */
    int remembered() {
        return uses.size();
    }

    private void giveAlias(Use use) {
        if (holders.size() < maximum) {
            holders.add(use);
            use.alias = holders.size();
            return;
        }
        if (holders.get(weakest).count * 2 >= use.count) {
            findWeakest(use.count);
        }
        Use last = holders.get(weakest);
        if (last.count * 2 < use.count) {
            use.alias = last.alias;
            last.alias = 0;
            last.known = false;
            holders.set(weakest, use);
        }
    }

    private void findWeakest(long count) {
        if (leastCount * 2 >= count) {
            return;
        }
        for (int i = 0; i < holders.size(); i++) {
            if (holders.get(i).count < holders.get(weakest).count) {
                weakest = i;
            }
        }
        leastCount = holders.get(weakest).count;
    }

    private void endSeason() {
        untilSeasonEnds = season();
        for (Iterator<Use> all = uses.values().iterator(); all.hasNext(); ) {
            Use use = all.next();
            use.count /= 2;
            if (use.count == 0 && use.alias == 0) {
                all.remove();
            }
        }
        leastCount = 0;
    }
}
