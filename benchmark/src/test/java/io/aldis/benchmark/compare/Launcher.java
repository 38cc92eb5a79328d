package io.aldis.benchmark.compare;

/** A program that starts a broker, as its arguments say, and ends without stopping it. */
final class Launcher {

    private Launcher() {}

    /** Says the process id of the broker. */
    public static void main(String[] arguments) {
        System.out.println(LocalBroker.start((Contender.Local) Contender.parse(arguments[0]))
                .pid());
        System.exit(0);
    }
}
