package io.aldis.acceptance.differential;

import java.util.stream.Stream;

/** Where the two brokers differ, why, and what is left out of the comparison for it. Seen with mosquitto 2.0.11. */
enum Difference {
    NOBODY_WANTS_IT("""
            Whether a message that nobody wants is acknowledged with 0x10 or with 0x00 is left to the server (MQTT 5.0 \
            §3.4.2.1). mosquitto says 0x00 for retained messages, and by chance for others.""") {
        @Override
        Seen leftOut(Seen seen, Side side) {
            return withAnswers(
                    seen, seen.answers().stream().map(answer -> answer.replace("NO_MATCHING_SUBSCRIBERS", "SUCCESS")));
        }
    },

    TAKEN_OVER_IN_SILENCE("""
            A client of 5.0 whose client identifier is taken over hears 0x8E from Aldis [MQTT-3.1.4-3]. mosquitto says it only \
            if the newcomer speaks 5.0 as well.""") {
        @Override
        Seen leftOut(Seen seen, Side side) {
            return withAnswers(
                    seen, seen.answers().stream().filter(answer -> !answer.equals("DISCONNECT SESSION_TAKEN_OVER")));
        }
    },

    UNSUBSCRIBED_FROM_NOTHING("""
            UNSUBACK says 0x11 for a filter that was not subscribed to (MQTT 5.0 §3.11.3). mosquitto sometimes says 0x00.""") {
        @Override
        Seen leftOut(Seen seen, Side side) {
            return withAnswers(
                    seen, seen.answers().stream().map(answer -> answer.replace("NO_SUBSCRIPTION_EXISTED", "SUCCESS")));
        }
    },

    ORDER_OF_ANSWERS("""
            In what order the packets of different exchanges follow each other is left to the server, but for those of one \
            kind [MQTT-4.6.0-2].""") {
        @Override
        Seen leftOut(Seen seen, Side side) {
            return withAnswers(seen, seen.answers().stream().sorted());
        }
    },

    OPTIONS_KEPT("""
            A second subscription to a filter replaces the first with all its options [MQTT-3.8.4-3]. mosquitto keeps No Local and \
            Retain As Published of the first. Nobody changes these options of a filter."""),

    OWN_RETAINED("""
            With No Local a client gets none of its own messages [MQTT-3.8.3-3], from Aldis also none that are retained. mosquitto sends \
            those. Nobody asks for retained messages together with No Local."""),

    OVERLAPPING_SUBSCRIPTIONS("""
            A message that several subscriptions of one client match comes once from Aldis, with the highest QoS and all \
            identifiers [MQTT-3.3.4-2]. mosquitto sends it once or several times, with the QoS of any of them. \
            The filters of a client never match the same topic."""),

    WILL_AT_TAKEOVER("""
            When a client identifier is taken over, the will of the former connection is published, as that connection was \
            closed without a DISCONNECT [MQTT-3.1.2-8], [MQTT3-3.1.2-8]. mosquitto keeps silent if the session goes on. \
            No client with a will is taken over.""");

    /** Which broker. */
    enum Side {
        ALDIS,
        MOSQUITTO
    }

    private final String explanation;

    Difference(String explanation) {
        this.explanation = explanation;
    }

    /** Why neither is wrong, or which of them is. */
    String explanation() {
        return explanation;
    }

    /** What is compared of what was seen on one broker. All of it, if programs keep clear of the difference. */
    Seen leftOut(Seen seen, Side side) {
        return seen;
    }

    private static Seen withAnswers(Seen seen, Stream<String> answers) {
        return new Seen(answers.toList(), seen.messages(), seen.closed());
    }
}
