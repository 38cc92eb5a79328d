package io.aldis.microbench.load;

/** Who publishes to whom. Publishers and subscribers are numbered from 0. */
enum Scenario {
    /** Every publisher has a topic and a subscriber of its own. */
    PAIRS {
        @Override
        String topic(int publisher, int subscribers) {
            return Integer.toString(publisher);
        }

        @Override
        String filter(int subscriber) {
            return Integer.toString(subscriber);
        }

        @Override
        boolean hears(int subscriber, int publisher, int subscribers) {
            return subscriber == publisher;
        }
    },

    /** Every subscriber gets every message. */
    FANOUT {
        @Override
        String topic(int publisher, int subscribers) {
            return "all";
        }

        @Override
        String filter(int subscriber) {
            return "all";
        }

        @Override
        boolean hears(int subscriber, int publisher, int subscribers) {
            return true;
        }
    },

    /** Publishers, each with a topic of its own, are shared out among a few subscribers with a wildcard each. */
    FANIN {
        @Override
        String topic(int publisher, int subscribers) {
            return publisher % subscribers + "/" + publisher;
        }

        @Override
        String filter(int subscriber) {
            return subscriber + "/+";
        }

        @Override
        boolean hears(int subscriber, int publisher, int subscribers) {
            return publisher % subscribers == subscriber;
        }
    };

    /** The topic, below the prefix of the run, that a publisher writes to. */
    abstract String topic(int publisher, int subscribers);

    /** The topic filter, below the prefix of the run, that a subscriber asks for. */
    abstract String filter(int subscriber);

    /** Whether the messages of this publisher are meant for this subscriber. */
    abstract boolean hears(int subscriber, int publisher, int subscribers);

    /** How many subscribers one message is meant for. */
    int copies(int subscribers) {
        return this == FANOUT ? subscribers : 1;
    }

    /**
     * Bytes a publisher sends in one turn, so that everyone gets a turn and the loop gets to reading. Where a message
     * becomes hundreds, few of them keep a broker busy, and many that lie in the sockets would outlast the run.
     */
    int batchBytes() {
        return this == FANOUT ? 4 * 1024 : 32 * 1024;
    }
}
