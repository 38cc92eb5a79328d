package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.TopicPattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads topics and filters, which in a scenario have two more variables than elsewhere: {@code {random:GROUP}} is the number of one of
 * the clients of a group, drawn for each message, {@code {client%GROUP}} the remainder of the client's number and the clients of that
 * group. So a topic fits however many clients there are.
 */
final class GroupVariables {

    /** The longest text MQTT can carry, in bytes (MQTT 5.0, section 1.5.4). */
    private static final int LONGEST = 0xFFFF;

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern OF_GROUP = Pattern.compile("\\{(random:|client%)([A-Za-z][^{}]*)}");
    private static final List<String> NAMES = List.of("client", "group", "run", "message", "random");

    private final Map<String, Integer> sizes;

    /** For groups with so many clients. */
    GroupVariables(Map<String, Integer> sizes) {
        this.sizes = Map.copyOf(sizes);
    }

    /** The pattern of a key that must be there. What is wrong with it goes to the problems. */
    Optional<TopicPattern> pattern(Section section, String key) {
        return section.needed(key, Kind.TEXT).flatMap(text -> pattern(section, key, text));
    }

    private Optional<TopicPattern> pattern(Section section, String key, String text) {
        Optional<String> stranger = strangers(text);
        if (stranger.isPresent()) {
            section.problem(
                    key,
                    "there is no group \"" + stranger.get() + "\""
                            + NearestName.hint(stranger.get(), sizes.keySet())
                                    .orElse("; those there are: "
                                            + String.join(
                                                    ", ",
                                                    sizes.keySet().stream()
                                                            .sorted()
                                                            .toList())));
            return Optional.empty();
        }
        if (VARIABLE.matcher(text).replaceAll("").matches(".*[{}].*")) {
            section.problem(key, "expected a } for each {, came \"" + text + "\"");
            return Optional.empty();
        }
        TopicPattern pattern;
        try {
            pattern = TopicPattern.of(OF_GROUP.matcher(text).replaceAll(this::numbers));
        } catch (IllegalArgumentException unknown) {
            section.problem(
                    key,
                    unknown.getMessage() + " A scenario also has {client%GROUP} and {random:GROUP}." + meant(text));
            return Optional.empty();
        }
        if (sample(pattern).getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            section.problem(key, "expected at most 65,535 bytes, came more");
            return Optional.empty();
        }
        return Optional.of(pattern);
    }

    /** What the pattern may become, to look whether that is a topic or a filter. */
    static String sample(TopicPattern pattern) {
        return pattern.fill(new TopicPattern.Client("run", "group", 0), 0, new SplittableRandom(0));
    }

    /** The first group that is spoken of and is not there. */
    private Optional<String> strangers(String text) {
        return OF_GROUP.matcher(text)
                .results()
                .map(variable -> variable.group(2))
                .filter(group -> !sizes.containsKey(group))
                .findFirst();
    }

    private String numbers(MatchResult variable) {
        int clients = sizes.getOrDefault(variable.group(2), 1);
        return variable.group(1).equals("random:") ? "{random:0-" + (clients - 1) + "}" : "{client%" + clients + "}";
    }

    private static String meant(String text) {
        Matcher variables = VARIABLE.matcher(text);
        return variables
                .results()
                .map(variable -> variable.group(1).split("[:%]", 2)[0])
                .filter(name -> !NAMES.contains(name))
                .flatMap(name -> NearestName.to(name, NAMES).stream())
                .findFirst()
                .map(near -> " Did you mean {" + near + (near.equals("random") ? ":A-B" : "") + "}?")
                .orElse("");
    }
}
