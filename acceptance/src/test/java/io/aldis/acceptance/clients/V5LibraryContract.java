package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;

/** What MQTT 5.0 adds for every client library that speaks it. */
abstract class V5LibraryContract extends LibraryContract {
    private static final int SESSION_TAKEN_OVER = 0x8E;

    @Test
    @Execution(CONCURRENT)
    void theFirstOfTwoClientsOfTheSameNameIsToldWhy() throws Exception {
        var first = connected(identity("same"));

        connected(identity("same"));

        // [MQTT-3.1.4-3]
        assertThat(first.awaitDisconnected()).hasValue(SESSION_TAKEN_OVER);
    }

    @Test
    @Execution(CONCURRENT)
    void aSharedSubscriptionBringsEachMessageToOneOfTheGroup() throws Exception {
        var members = List.of(connected(identity("m1")), connected(identity("m2")), connected(identity("m3")));
        for (var member : members) {
            member.subscribe("$share/group/" + names.topic("s/#"), 1);
        }
        var plain = connected(identity("plain"));
        plain.subscribe(names.topic("s/+"), 1);

        var publisher = connected(identity("pub"));
        publisher.publishAll(names.topic("s/1"), numbers(300), 1);

        assertThat(plain.nextPayloads(300)).isEqualTo(numbers(300));
        var delivered = new ArrayList<String>();
        // All have come when each member has got a message of its own that was published after them.
        for (var member : members) {
            member.subscribe(names.topic("marker"), 1);
        }
        publisher.publish(names.topic("marker"), "marker", 1, false);
        for (var member : members) {
            var before = delivered.size();
            for (var next = member.next(); !next.payload().equals("marker"); next = member.next()) {
                delivered.add(next.payload());
            }
            assertThat(delivered.size()).as("what one of three got of 300").isGreaterThan(before);
        }
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(numbers(300));
    }

    @Test
    @Execution(CONCURRENT)
    void aGroupGoesOnWhenAMemberLeavesAndOtherGroupsDoNotNotice() throws Exception {
        var stays = connected(identity("stays"));
        var leaves = connected(identity("leaves"));
        var unsubscribes = connected(identity("unsubscribes"));
        var other = connected(identity("other"));
        for (var member : List.of(stays, leaves, unsubscribes)) {
            member.subscribe("$share/group/" + names.topic("s"), 1);
        }
        other.subscribe("$share/other/" + names.topic("s"), 1);

        leaves.disconnect();
        unsubscribes.unsubscribe("$share/group/" + names.topic("s"));
        connected(identity("pub")).publishAll(names.topic("s"), numbers(10), 1);

        assertThat(stays.nextPayloads(10)).isEqualTo(numbers(10));
        assertThat(other.nextPayloads(10)).isEqualTo(numbers(10));
    }
}
