package io.aldis.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboundAliasesTest {

    private static int aliasOf(OutboundAliases aliases, String topic) {
        OutboundAliases.Use use = aliases.of(topic);
        if (use.alias() != 0) {
            use.told();
        }
        return use.alias();
    }

    @Test
    void whoeverComesFirstGetsAnAliasAndKeepsItAmongEquals() {
        OutboundAliases aliases = new OutboundAliases(2);
        assertThat(aliasOf(aliases, "a")).isEqualTo(1);
        assertThat(aliasOf(aliases, "b")).isEqualTo(2);
        for (int round = 0; round < 100; round++) {
            assertThat(aliasOf(aliases, "a")).isEqualTo(1);
            assertThat(aliasOf(aliases, "b")).isEqualTo(2);
            assertThat(aliasOf(aliases, "c")).isZero();
        }
    }

    @Test
    void aTopicThatIsSentFarMoreOftenTakesTheLeastUsedAliasOver() {
        OutboundAliases aliases = new OutboundAliases(2);
        aliasOf(aliases, "seldom");
        aliasOf(aliases, "often");
        for (int i = 0; i < 20; i++) {
            aliasOf(aliases, "often");
            aliasOf(aliases, "more often");
        }
        OutboundAliases.Use newcomer = aliases.of("more often");
        assertThat(newcomer.alias()).isEqualTo(1);
        assertThat(aliases.of("often").alias()).isEqualTo(2);
        assertThat(aliases.of("seldom").alias()).isZero();
        assertThat(aliases.of("seldom").known()).isFalse();
    }

    @Test
    void whatWasSentLongAgoMakesRoom() {
        OutboundAliases aliases = new OutboundAliases(1);
        for (int i = 0; i < 200; i++) {
            aliasOf(aliases, "yesterday");
        }
        for (int i = 0; i < 2000; i++) {
            aliasOf(aliases, "today");
        }
        assertThat(aliasOf(aliases, "today")).isEqualTo(1);
        assertThat(aliasOf(aliases, "yesterday")).isZero();
    }

    @Test
    void aFloodOfTopicsIsNotRemembered() {
        OutboundAliases aliases = new OutboundAliases(4);
        Random random = new Random(1);
        int aliased = 0;
        for (int i = 0; i < 100_000; i++) {
            aliasOf(aliases, "once/" + i);
            if (random.nextInt(4) == 0 && aliasOf(aliases, "again") != 0) {
                aliased++;
            }
        }
        assertThat(aliases.remembered()).isLessThanOrEqualTo(16);
        assertThat(aliased).isGreaterThan(20_000);
    }
}
