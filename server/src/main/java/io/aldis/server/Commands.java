package io.aldis.server;

import io.aldis.broker.Listener;
import io.aldis.broker.settings.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What can be typed after {@code aldis}: reads it, does it, gives the exit code. What is wrong is told in one line. */
final class Commands {

    /** Done as asked. A stop by a signal counts too: it is how a broker is meant to end. */
    static final int DONE = 0;
    /** Understood, but it could not be done. */
    static final int FAILED = 1;
    /** Not understood. */
    static final int MISUSED = 2;

    private static final int MOST_LOOPS = 1024;

    private static final String DISK = "disk";
    private static final String MEMORY = "memory";

    private final PrintWriter out;
    private final PrintWriter err;
    private final Supplier<StopCause> stopCause;
    private final CommandLine commandLine;

    Commands(PrintWriter out, PrintWriter err, Supplier<StopCause> stopCause) {
        this.out = out;
        this.err = err;
        this.stopCause = stopCause;
        this.commandLine = new CommandLine(aldis()).setOut(out).setErr(err);
    }

    int run(String... arguments) {
        try {
            ParseResult parsed = commandLine.parseArgs(arguments);
            Integer helped = CommandLine.executeHelpRequest(parsed);
            if (helped != null) {
                return helped;
            }
            if (parsed.hasSubcommand()) {
                ParseResult command = parsed.subcommand();
                return switch (command.commandSpec().name()) {
                    case "start" -> start(command);
                    case "settings" -> settings();
                    case "store" -> new StoreCommands(out, err).run(command);
                    default -> noBench(command.commandSpec().name());
                };
            }
            commandLine.usage(err);
            return MISUSED;
        } catch (ParameterException wrong) {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            err.println("aldis: " + explained(wrong) + " (" + command + " --help tells more)");
            return MISUSED;
        }
    }

    private int start(ParseResult parsed) {
        int loops = parsed.commandSpec().findOption("--loops").getValue();
        PluginSections sections = new PluginSections();
        Settings settings = settings(parsed, sections);
        Path plugins = parsed.matchedOptionValue("--plugins", null);
        return new Start(listeners(parsed), loops, settings, plugins, sections, data(parsed), out, err)
                .run(stopCause.get());
    }

    /** Where the broker keeps what must outlive it; null for nowhere. */
    private static @Nullable Path data(ParseResult parsed) {
        boolean memory = parsed.matchedOptionValue("--storage", DISK).equals(MEMORY);
        if (memory && parsed.hasMatchedOption("--data")) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "Invalid value for option '--storage': with memory nothing is kept; leave --data out");
        }
        return memory ? null : parsed.commandSpec().findOption("--data").getValue();
    }

    /** The one of host and port, unless there are others and nobody has typed one of these. */
    private static List<Listener> listeners(ParseResult parsed) {
        List<Listener> listeners = new ArrayList<>();
        List<String> written = parsed.matchedOptionValue("--listener", List.of());
        if (written.isEmpty() || parsed.hasMatchedOption("--host") || parsed.hasMatchedOption("--port")) {
            String host = parsed.commandSpec().findOption("--host").getValue();
            int port = parsed.commandSpec().findOption("--port").getValue();
            listeners.add(Listener.tcp(host, port));
        }
        for (String one : written) {
            try {
                listeners.add(ListenerUri.read(one));
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(
                        parsed.commandSpec().commandLine(),
                        "Invalid value for option '--listener': " + one + ": " + wrong.getMessage(),
                        wrong);
            }
        }
        return listeners;
    }

    /** The broker's settings; those of plugins go into their sections. */
    private static Settings settings(ParseResult parsed, PluginSections sections) {
        Settings settings = Settings.defaults();
        List<String> written = parsed.matchedOptionValue("--set", List.of());
        for (String one : written) {
            try {
                if (PluginSections.isForPlugin(one)) {
                    sections.add(one);
                } else {
                    settings = SettingKey.changed(settings, one);
                }
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(
                        parsed.commandSpec().commandLine(),
                        "Invalid value for option '--set': " + wrong.getMessage(),
                        wrong);
            }
        }
        return settings;
    }

    private int settings() {
        Settings defaults = Settings.defaults();
        for (SettingKey key : SettingKey.ALL) {
            out.println(key.name() + "=" + key.shown().apply(defaults));
            out.println("    " + key.meaning() + " (" + key.written() + ")");
        }
        return DONE;
    }

    /** The launcher sees to it; who comes here has not come through it. */
    private int noBench(String name) {
        err.println("aldis: " + name
                + " is a program of its own, which the launcher runs: in the directory of the sources, " + "./aldis "
                + name + " --help tells more.");
        return FAILED;
    }

    private static CommandSpec aldis() {
        CommandSpec aldis = command("A broker for MQTT 3.1, 3.1.1 and 5.0.").name("aldis");
        return aldis.addSubcommand("start", start())
                .addSubcommand(
                        "settings", command("Lists all settings with their defaults, to be changed by start --set."))
                .addSubcommand("store", StoreCommands.spec())
                .addSubcommand("bench", bench("Measures any MQTT broker; 'aldis bench --help' tells how."))
                .addSubcommand(
                        "prove-durability",
                        bench("Kills a broker again and again, and counts what is lost; 'aldis prove-durability --help'"
                                + " tells how."));
    }

    /** Whatever follows is another program's matter. */
    private static CommandSpec bench(String description) {
        CommandSpec bench = CommandSpec.create();
        bench.parser().unmatchedArgumentsAllowed(true);
        bench.usageMessage().description(description);
        return bench;
    }

    private static CommandSpec start() {
        return command("Starts a broker and runs it until Ctrl-C or SIGTERM.")
                .addOption(OptionSpec.builder("--host")
                        .paramLabel("HOST")
                        .type(String.class)
                        .converters(Commands::host)
                        .defaultValue("127.0.0.1")
                        .showDefaultValue(Visibility.ALWAYS)
                        .description("Name or address to listen on, 0.0.0.0 for all of this machine's.")
                        .build())
                .addOption(OptionSpec.builder("--port")
                        .paramLabel("PORT")
                        .type(int.class)
                        .converters(Commands::port)
                        .defaultValue("1883")
                        .showDefaultValue(Visibility.ALWAYS)
                        .description("TCP port to listen on, 0 for any free one.")
                        .build())
                .addOption(OptionSpec.builder("--listener")
                        .paramLabel("URI")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Where to listen, in place of --host and --port or beside them: mqtt://HOST:PORT or"
                                        + " ws://HOST:PORT/PATH; with TLS mqtts or wss, and ?certificate=FILE&key=FILE; or unix://FILE."
                                        + " May be given several times.")
                        .build())
                .addOption(OptionSpec.builder("--loops")
                        .paramLabel("COUNT")
                        .type(int.class)
                        .converters(Commands::loops)
                        .defaultValue(String.valueOf(Runtime.getRuntime().availableProcessors()))
                        .description("Event loops, which is threads; as many as there are processors if not given.")
                        .build())
                .addOption(OptionSpec.builder("--data")
                        .paramLabel("DIR")
                        .type(Path.class)
                        .defaultValue("aldis-data")
                        .showDefaultValue(Visibility.ALWAYS)
                        .description("Directory to keep sessions, their messages, retained messages and wills in.")
                        .build())
                .addOption(OptionSpec.builder("--storage")
                        .paramLabel("KIND")
                        .type(String.class)
                        .converters(Commands::storage)
                        .defaultValue(DISK)
                        .showDefaultValue(Visibility.ALWAYS)
                        .description("disk, or memory for a broker that keeps nothing when it ends.")
                        .build())
                .addOption(OptionSpec.builder("--plugins")
                        .paramLabel("DIR")
                        .type(Path.class)
                        .description("Directory with the jars of plugins; none are loaded if not given.")
                        .build())
                .addOption(OptionSpec.builder("--set")
                        .paramLabel("KEY=VALUE")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .description(
                                "Changes a setting; may be given several times. 'aldis settings' lists all; those of"
                                        + " plugins are plugin.NAME.KEY.")
                        .build());
    }

    /** A command that can tell what it does, and which version it is. */
    static CommandSpec command(String description) {
        CommandSpec command = CommandSpec.create()
                .version("Aldis " + Version.current())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Says this and ends.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Says which version this is and ends.")
                        .build());
        command.usageMessage().description(description);
        return command;
    }

    private static String host(String typed) {
        if (typed.isBlank()) {
            throw new TypeConversionException("it is empty");
        }
        return typed;
    }

    private static String storage(String typed) {
        if (typed.equals(DISK) || typed.equals(MEMORY)) {
            return typed;
        }
        throw new TypeConversionException("'" + typed + "' is neither disk nor memory");
    }

    private static Integer port(String typed) {
        try {
            int port = Integer.parseInt(typed);
            if (0 <= port && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException notEvenANumber) {
            // Said below, as of the numbers that are no ports.
        }
        throw new TypeConversionException("'" + typed + "' is no port, which is a number from 0 to 65535");
    }

    private static Integer loops(String typed) {
        try {
            int loops = Integer.parseInt(typed);
            if (1 <= loops && loops <= MOST_LOOPS) {
                return loops;
            }
        } catch (NumberFormatException notEvenANumber) {
            // Said below, as of the numbers that are too small or too large.
        }
        throw new TypeConversionException("'" + typed + "' is no number from 1 to " + MOST_LOOPS);
    }

    private static String explained(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String typed = unmatched.getUnmatched().get(0);
            CommandSpec command = wrong.getCommandLine().getCommandSpec();
            String explanation = kind(typed, command) + " '" + typed + "'";
            return NearestName.to(typed, known(command))
                    .map(name -> explanation + "; did you mean '" + name + "'?")
                    .orElse(explanation);
        }
        String message = String.valueOf(wrong.getMessage());
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String kind(String typed, CommandSpec command) {
        if (typed.startsWith("-")) {
            return "unknown option";
        }
        return command.subcommands().isEmpty() ? "unexpected argument" : "unknown command";
    }

    /** Every name that {@code command} understands, and what its subcommands understand, as it would be typed. */
    private static List<String> known(CommandSpec command) {
        List<String> names = new ArrayList<>(command.optionsMap().keySet());
        command.subcommands().forEach((name, subcommand) -> {
            names.add(name);
            subcommand.getCommandSpec().optionsMap().keySet().forEach(option -> names.add(name + " " + option));
        });
        return names;
    }
}
