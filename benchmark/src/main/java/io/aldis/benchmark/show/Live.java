package io.aldis.benchmark.show;

import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.report.Figure;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Sample;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows a run while it goes on: on a terminal a panel of a few lines that is drawn again each second in the same place, elsewhere a
 * plain line each second, in a long run more seldom. A plain line tells the mean rates and the highest latency since the line before,
 * and the percentiles of the last second. {@link #close} removes the panel.
 *
 * <p>May be closed from another thread than the one that observes, as when the user ends the run.
 */
public final class Live implements Observer, AutoCloseable {

    private static final String BOLD = "\033[1m";
    private static final String FAINT = "\033[2m";
    private static final String RED = "\033[31m";
    private static final String DONE = "\033[46m";
    private static final String TO_DO = "\033[100m";
    private static final String PLAIN = "\033[0m";

    private static final int NARROWEST = 20;
    private static final int WIDEST_BAR = 40;

    private final PrintWriter out;
    private final boolean terminal;
    private final int columns;

    private String phase = "";
    private boolean closed;

    // The panel: how many of its lines are on the terminal.
    private int drawn;

    // Plain lines: what has come since the last one.
    private Counts since = Counts.NONE;
    private double seconds;
    private double highest;
    private double lastLine = Double.NEGATIVE_INFINITY;

    /**
     * Shows nothing before it observes something.
     *
     * @param terminal whether {@code out} leads to a terminal that knows ANSI's escape codes
     * @param columns how wide the terminal is; lines are cut there
     */
    public Live(PrintWriter out, boolean terminal, int columns) {
        this.out = out;
        this.terminal = terminal;
        this.columns = Math.max(NARROWEST, columns);
    }

    /** A line, and the escape code for how it looks. */
    private record Line(String look, String text) {}

    @Override
    public synchronized void phase(String name, boolean measured) {
        phase = measured ? name + " (measured)" : name;
        if (!terminal && !closed) {
            out.println("-- " + phase);
            out.flush();
        }
    }

    @Override
    public synchronized void sample(Sample sample, Progress progress) {
        if (closed) {
            return;
        } else if (terminal) {
            draw(sample, progress);
        } else {
            line(sample, progress);
        }
        out.flush();
    }

    /** Removes the panel; nothing is shown any more. */
    @Override
    public synchronized void close() {
        if (drawn > 0) {
            out.print("\033[" + drawn + "A\r\033[J");
            drawn = 0;
        }
        closed = true;
        out.flush();
    }

    private void draw(Sample sample, Progress progress) {
        StringBuilder screen = new StringBuilder();
        if (drawn > 0) {
            screen.append("\033[" + drawn + "A");
        }
        List<String> lines = new ArrayList<>();
        lines.add(cut(new Line(BOLD, phase)));
        lines.add(bar(progress));
        for (Line line : figures(sample, progress.totals())) {
            lines.add(cut(line));
        }
        lines.forEach(line -> screen.append("\r\033[2K").append(line).append('\n'));
        drawn = lines.size();
        out.print(screen);
    }

    private static List<Line> figures(Sample sample, Counts totals) {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line(
                "",
                rates(
                                sample.perSecond(sample.counts().sent()),
                                sample.perSecond(sample.counts().received()))
                        + acknowledged(sample)));
        lines.add(new Line(
                "",
                sample.counts().received() == 0
                        ? "nothing delivered in this second"
                        : "delivery  p50 " + millis(sample.p50()) + "  p99 " + millis(sample.p99()) + "  max "
                                + millis(sample.max())));
        String errors = errors(totals);
        lines.add(new Line(
                errors.isEmpty() ? "" : RED,
                Figure.count(sample.connections()) + " connections  " + (errors.isEmpty() ? "no errors" : errors)));
        lines.add(new Line(FAINT, cores(sample)));
        return lines;
    }

    private static String acknowledged(Sample sample) {
        long acknowledged = sample.counts().acknowledged();
        return acknowledged == 0 ? "" : "  acknowledged " + Figure.rate(sample.perSecond(acknowledged)) + "/s";
    }

    private static String cores(Sample sample) {
        StringBuilder text = new StringBuilder();
        if (sample.brokerCores() != null) {
            text.append("broker " + Figure.rounded(sample.brokerCores(), 2) + " cores");
        }
        if (sample.brokerBytes() != null) {
            text.append((text.isEmpty() ? "broker " : ", ") + Figure.bytes(sample.brokerBytes()));
        }
        return text + (text.isEmpty() ? "" : "  ") + "tool " + Figure.rounded(sample.toolCores(), 2) + " cores";
    }

    /** How far it is: a bar in two colours if that is known, and the time. */
    private String bar(Progress progress) {
        String time = Figure.clock(progress.elapsedSeconds())
                + (progress.secondsLeft() < 0 ? "" : ", " + Figure.clock(progress.secondsLeft()) + " left");
        if (!(progress.fraction() >= 0)) {
            return cut(new Line("", time));
        }
        double fraction = Math.min(1, progress.fraction());
        String text = Figure.rounded(Math.floor(fraction * 100), 0) + " %  " + time;
        int room = Math.min(WIDEST_BAR, columns - text.length() - 3);
        if (room < 5) {
            return cut(new Line("", text));
        }
        int done = (int) Math.round(fraction * room);
        return DONE + " ".repeat(done) + TO_DO + " ".repeat(room - done) + PLAIN + "  " + text;
    }

    /** A line that would be wrapped would break the panel. The last column stays free: some terminals wrap when it is written. */
    private String cut(Line line) {
        String text = line.text().length() < columns ? line.text() : line.text().substring(0, columns - 1);
        return line.look().isEmpty() ? text : line.look() + text + PLAIN;
    }

    private void line(Sample sample, Progress progress) {
        since = since.plus(sample.counts());
        seconds += sample.seconds();
        highest = Math.max(highest, sample.max());
        // A second is not exactly one, so half of one is forgiven.
        if (progress.elapsedSeconds() - lastLine < interval(progress.elapsedSeconds()) - 0.5) {
            return;
        }
        String latency = sample.counts().received() == 0
                ? ""
                : "  p50 " + millis(sample.p50()) + "  p99 " + millis(sample.p99()) + "  max " + millis(highest);
        String errors = errors(progress.totals());
        out.println(Figure.clock(progress.elapsedSeconds()) + "  "
                + rates(perSecond(since.sent()), perSecond(since.received()))
                + latency + "  connections " + Figure.count(sample.connections())
                + (errors.isEmpty() ? "" : "  " + errors));
        since = Counts.NONE;
        seconds = 0;
        highest = 0;
        lastLine = progress.elapsedSeconds();
    }

    private static double interval(double elapsed) {
        return elapsed < 10.5 ? 1 : elapsed < 300 ? 5 : 30;
    }

    private double perSecond(long count) {
        return seconds > 0 ? count / seconds : 0;
    }

    private static String rates(double sent, double received) {
        return "in " + Figure.rate(sent) + "/s  out " + Figure.rate(received) + "/s";
    }

    private static String millis(double millis) {
        return Figure.precise(millis) + " ms";
    }

    /** What is wrong so far, by name; empty if nothing is. */
    private static String errors(Counts totals) {
        List<String> errors = new ArrayList<>();
        name(errors, totals.failed(), "failed");
        name(errors, totals.refused(), "refused");
        name(errors, totals.duplicates(), "duplicates");
        name(errors, totals.late(), "late");
        name(errors, totals.corrupt(), "corrupt");
        name(errors, totals.misdirected(), "misdirected");
        name(errors, totals.foreign(), "foreign");
        return String.join(", ", errors);
    }

    private static void name(List<String> errors, long count, String name) {
        if (count > 0) {
            errors.add(Figure.count(count) + " " + name);
        }
    }
}
