package io.aldis.benchmark.command;

/** What was typed makes no sense. The message says what was expected, and what came. */
final class Misuse extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Misuse(String message) {
        super(message, null, false, false);
    }

    Misuse(String option, String expected, Object came) {
        this("Invalid value for option '" + option + "': expected " + expected + ", but it was " + came + ".");
    }

    /** @throws Misuse unless the value is in the range */
    static void check(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new Misuse(option, plain(least) + " to " + plain(most), plain(value));
        }
    }

    private static String plain(double number) {
        return number == Math.rint(number)
                ? String.format(java.util.Locale.ROOT, "%,.0f", number)
                : Double.toString(number);
    }
}
