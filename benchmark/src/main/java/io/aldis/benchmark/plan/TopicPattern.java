package io.aldis.benchmark.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic or topic filter with variables: {@code {client}} is the number of the client in its group, {@code {client%10}} its remainder,
 * {@code {group}} its group's name, {@code {message}} the number of the message, {@code {random:1-100}} a number drawn for each message,
 * {@code {run}} a name that no other run has.
 */
public final class TopicPattern {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern RANDOM = Pattern.compile("random:(\\d{1,9})-(\\d{1,9})");
    private static final Pattern REMAINDER = Pattern.compile("client%(\\d{1,9})");

    private final String text;
    private final List<Part> parts;

    private TopicPattern(String text, List<Part> parts) {
        this.text = text;
        this.parts = parts;
    }

    private interface Part {
        void append(StringBuilder out, Client client, long message, RandomGenerator random);

        /** Whether it is the same for each message of a client. */
        default boolean fixed() {
            return true;
        }
    }

    /** For whom a pattern is filled in. */
    public record Client(String run, String group, int number) {}

    /**
     * A pattern as it is written.
     *
     * @throws IllegalArgumentException if it has a variable that does not exist; the message says which do
     */
    public static TopicPattern of(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(text);
        int end = 0;
        while (variables.find()) {
            literal(parts, text.substring(end, variables.start()));
            parts.add(variable(variables.group(1), text));
            end = variables.end();
        }
        literal(parts, text.substring(end));
        return new TopicPattern(text, List.copyOf(parts));
    }

    private static void literal(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add((out, client, message, random) -> out.append(text));
        }
    }

    private static Part variable(String name, String text) {
        Matcher range = RANDOM.matcher(name);
        Matcher remainder = REMAINDER.matcher(name);
        if (name.equals("client")) {
            return (out, client, message, random) -> out.append(client.number());
        } else if (remainder.matches() && Integer.parseInt(remainder.group(1)) > 0) {
            int divisor = Integer.parseInt(remainder.group(1));
            return (out, client, message, random) -> out.append(client.number() % divisor);
        } else if (name.equals("group")) {
            return (out, client, message, random) -> out.append(client.group());
        } else if (name.equals("run")) {
            return (out, client, message, random) -> out.append(client.run());
        } else if (name.equals("message")) {
            return new Changing((out, client, message, random) -> out.append(message));
        } else if (range.matches() && Integer.parseInt(range.group(1)) <= Integer.parseInt(range.group(2))) {
            int least = Integer.parseInt(range.group(1));
            int bound = Integer.parseInt(range.group(2)) + 1;
            return new Changing((out, client, message, random) -> out.append(random.nextInt(least, bound)));
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" has the variable {" + name + "}, which does not exist. Those there are: "
                        + "{client}, {client%N}, {group}, {run}, {message}, {random:A-B} with A not above B.");
    }

    /** One that differs from message to message. */
    private record Changing(Part part) implements Part {
        @Override
        public void append(StringBuilder out, Client client, long message, RandomGenerator random) {
            part.append(out, client, message, random);
        }

        @Override
        public boolean fixed() {
            return false;
        }
    }

    /** Whether it is the same for each message of a client. */
    public boolean fixed() {
        return parts.stream().allMatch(Part::fixed);
    }

    /** The topic of one message, or the filter of one client. */
    public String fill(Client client, long message, RandomGenerator random) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (Part part : parts) {
            part.append(out, client, message, random);
        }
        return out.toString();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
