package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.server.StopSignal.Signal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopSignalTest {

    private final StringWriter err = new StringWriter();
    private final List<Integer> halts = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private final StopSignal stopSignal = new StopSignal(new PrintWriter(err), () -> now.toNanos(), halts::add);

    @Test
    void theFirstSignalStopsInGoodOrder() {
        stopSignal.heard(Signal.TERM);

        assertThat(stopSignal.await()).isEqualTo("SIGTERM");
        assertThat(halts).isEmpty();
    }

    @Test
    void theSecondSignalEndsAtOnceWithTheExitCodeOfAShell() {
        stopSignal.heard(Signal.TERM);
        now = StopSignal.ECHO;
        stopSignal.heard(Signal.INT);

        assertThat(stopSignal.await()).isEqualTo("SIGTERM");
        assertThat(halts).containsExactly(130);
        assertThat(err.toString()).isEqualToNormalizingNewlines("Ended at once by a second signal, Ctrl-C.\n");
    }

    @Test
    void theEchoOfASignalSentToAProcessAndItsGroupIsNoSecondWish() {
        stopSignal.heard(Signal.TERM);
        now = StopSignal.ECHO.minusNanos(1);
        stopSignal.heard(Signal.TERM);

        assertThat(halts).isEmpty();
    }

    @Test
    void anInterruptStopsToo() {
        Thread.currentThread().interrupt();

        assertThat(stopSignal.await()).isEqualTo("an interrupt");
        assertThat(Thread.interrupted()).isTrue();
    }
}
