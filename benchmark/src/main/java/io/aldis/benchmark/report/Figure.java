package io.aldis.benchmark.report;

import java.util.Locale;

/**
 * Numbers as people read them, the same in every country: thousands separated by commas, no more digits than mean something, and
 * {@link #UNKNOWN} for what is not known (NaN) or not a number.
 */
public final class Figure {

    /** Stands where there is no figure. */
    public static final String UNKNOWN = "-";

    private static final String[] BYTES = {"B", "KiB", "MiB", "GiB", "TiB"};

    private Figure() {}

    /** How many, such as {@code 5,904,720}. */
    public static String count(long count) {
        return text("%,d", count);
    }

    /** How many each second, such as {@code 98,412} or {@code 12.5}. */
    public static String rate(double perSecond) {
        return rounded(perSecond, perSecond == 0 || Math.abs(perSecond) >= 100 ? 0 : 1);
    }

    /** Milliseconds, or anything else of which about four digits mean something: {@code 0.412}, {@code 12.41}, {@code 1,204}. */
    public static String precise(double value) {
        double size = Math.abs(value);
        return rounded(value, value == 0 ? 0 : size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0);
    }

    /** With so many digits after the point. */
    public static String rounded(double value, int digits) {
        return Double.isFinite(value) ? text("%,." + digits + "f", value) : UNKNOWN;
    }

    /** Bytes in the unit that fits. */
    public static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    /** Bytes in the unit that fits, such as {@code 412.0 MiB}. */
    public static String bytes(double bytes) {
        if (!Double.isFinite(bytes)) {
            return UNKNOWN;
        }
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < BYTES.length - 1) {
            value /= 1024;
            unit++;
        }
        return rounded(value, unit == 0 ? 0 : 1) + " " + BYTES[unit];
    }

    /** Seconds as on a clock, such as {@code 1:05} or {@code 1:00:00}. */
    public static String clock(double seconds) {
        if (!Double.isFinite(seconds)) {
            return UNKNOWN;
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? text("%d:%02d", whole / 60, whole % 60)
                : text("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
