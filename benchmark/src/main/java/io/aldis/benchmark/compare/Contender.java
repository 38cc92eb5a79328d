package io.aldis.benchmark.compare;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A broker that takes part in a comparison, as it was given. */
public sealed interface Contender {

    /** Letters, digits, dashes and dots. */
    String name();

    /** Where it is or how it is started, as it was given. */
    String given();

    /**
     * A broker that runs already, and is left running.
     *
     * @param host name or address, an IPv6 address without brackets
     * @param pid its process on this machine; null if it is not known
     */
    record Running(
            String name,
            String given,
            String host,
            int port,
            @Nullable Long pid) implements Contender {}

    /**
     * A broker that is started for the comparison, and stopped.
     *
     * @param words the program and its arguments; {@value #PORT} and {@value #DIRECTORY} in them are filled in at its start
     */
    record Local(String name, String given, List<String> words) implements Contender {

        /** Stands for a free port of 127.0.0.1, on which the broker is to listen. */
        public static final String PORT = "{port}";

        /** Stands for a new, empty directory, which is deleted when the broker has ended. */
        public static final String DIRECTORY = "{dir}";

        public Local {
            words = List.copyOf(words);
        }
    }

    /**
     * A broker as it is typed: {@code name=host:port}, {@code name=host:port@pid} with the process id of a broker on this machine, or
     * {@code name=command line} with {@code {port}} in it. The line is cut into words as a POSIX shell does it, but no shell runs it.
     *
     * @throws CompareFailed if it is none of these
     */
    static Contender parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw CompareFailed.usage("\"" + text + "\" is no broker to compare. Expected " + Syntax.FORMS + ".");
        }
        String name = text.substring(0, equals).strip();
        String given = text.substring(equals + 1).strip();
        if (!Syntax.NAME.matcher(name).matches()) {
            throw CompareFailed.usage("The name of a broker has letters, digits, dashes and dots, but \"" + name
                    + "\" of \"" + text + "\" is not like that.");
        }
        if (given.isEmpty()) {
            throw CompareFailed.usage("Nothing follows \"" + name + "=\". Expected " + Syntax.FORMS + ".");
        }
        Matcher address = Syntax.ADDRESS.matcher(given);
        return address.matches() ? Syntax.running(name, given, address) : Syntax.local(name, given);
    }

    /**
     * Several of them; the first is what the others are compared with.
     *
     * @throws CompareFailed if one makes no sense, two have the same name, or there is none
     */
    static List<Contender> parse(List<String> texts) {
        List<Contender> contenders = new ArrayList<>();
        for (String text : texts) {
            contenders.add(parse(text));
        }
        Syntax.check(contenders);
        return List.copyOf(contenders);
    }

    /** How brokers are typed. */
    final class Syntax {

        static final String FORMS = "name=host:port of a broker that runs, or name=command line with {port} in it";

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]*");
        private static final Pattern ADDRESS =
                Pattern.compile("(?<host>[^\\s/@]+):(?<port>\\d{1,5})(?:@(?<pid>\\d{1,10}))?");
        private static final Pattern IN_BRACKETS = Pattern.compile("\\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)]");

        private Syntax() {}

        static void check(List<Contender> contenders) {
            if (contenders.isEmpty()) {
                throw CompareFailed.usage("There is no broker to compare. Expected " + FORMS + ", once or more.");
            }
            Set<String> names = new HashSet<>();
            for (Contender contender : contenders) {
                if (!names.add(contender.name())) {
                    throw CompareFailed.usage("Two brokers are called " + contender.name()
                            + ". Give each a name of its own, such as " + contender.name() + "-2.");
                }
            }
        }

        private static Contender running(String name, String given, Matcher address) {
            int port = Integer.parseInt(address.group("port"));
            if (port < 1 || port > 65_535) {
                throw CompareFailed.usage(
                        "A port is between 1 and 65535, but that of " + name + "=" + given + " is " + port + ".");
            }
            String pid = address.group("pid");
            return new Running(name, given, host(name, given, address), port, pid == null ? null : Long.valueOf(pid));
        }

        private static String host(String name, String given, Matcher address) {
            String host = address.group("host");
            Matcher inBrackets = IN_BRACKETS.matcher(host);
            if (inBrackets.matches()) {
                return inBrackets.group(1);
            } else if (host.contains(":") || host.contains("[") || host.contains("]")) {
                throw CompareFailed.usage("An IPv6 address stands in brackets before its port, such as [::1]:1883, but "
                        + name + " has " + given + ".");
            }
            return host;
        }

        private static Contender local(String name, String given) {
            List<String> words;
            try {
                words = ShellWords.of(given);
            } catch (IllegalArgumentException unfinished) {
                throw CompareFailed.usage("The command line of " + name + " makes no sense, for "
                        + unfinished.getMessage() + ": " + given);
            }
            if (words.stream().noneMatch(word -> word.contains(Local.PORT))) {
                throw CompareFailed.usage("Broker " + name
                        + " is neither host:port of a broker that runs nor a command line with "
                        + "{port} in it: " + given
                        + "\nThe port is chosen for each start and stands where {port} is, such as in "
                        + name + "='mosquitto -p {port}'; {dir} stands for a directory that is deleted afterwards.");
            }
            return new Local(name, given, words);
        }
    }
}
