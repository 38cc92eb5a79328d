package io.aldis.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.ledger.Finding;
import io.aldis.broker.ledger.Ledger;
import io.aldis.broker.ledger.LedgerCheck;
import io.aldis.broker.ledger.LedgerExport;
import io.aldis.broker.ledger.LedgerImport;
import io.aldis.broker.ledger.LedgerStatistics;
import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import io.aldis.storage.RocksStorage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** {@code aldis store …}: what is done with the data of a broker that is not running; a backup, of one that is, too. */
final class StoreCommands {

    private static final Logger log = LoggerFactory.getLogger(StoreCommands.class);

    private final PrintWriter out;
    private final PrintWriter err;

    StoreCommands(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    // What can be typed.

    static CommandSpec spec() {
        CommandSpec store = Commands.command(
                "Looks after the data that a broker keeps in a directory. All but backup need it to be stopped.");
        return store.addSubcommand("check", check())
                .addSubcommand("stats", stats())
                .addSubcommand("export", export())
                .addSubcommand("import", imported())
                .addSubcommand("backup", backup());
    }

    private static CommandSpec check() {
        return Commands.command("Reads everything and tells what is damaged; the exit code is 0 if nothing is, else 1.")
                .addOption(data())
                .addOption(OptionSpec.builder("--repair")
                        .description("Saves what can be read, puts the damaged files aside and tells what was lost.")
                        .build());
    }

    private static CommandSpec stats() {
        return Commands.command("Counts sessions, messages and what else there is.")
                .addOption(data())
                .addOption(OptionSpec.builder("--json")
                        .description("Tells it as a JSON object.")
                        .build());
    }

    private static CommandSpec export() {
        return Commands.command("Writes everything as lines of JSON.")
                .addOption(data())
                .addPositional(file(false, "Where to; must not be there yet. The standard output if not given."));
    }

    private static CommandSpec imported() {
        return Commands.command("Reads what export wrote, into a directory that has nothing in it.")
                .addOption(data())
                .addPositional(file(true, "What export wrote."));
    }

    private static CommandSpec backup() {
        return Commands.command("Copies the data into another directory, while a broker runs or not.")
                .addOption(data())
                .addPositional(PositionalParamSpec.builder()
                        .paramLabel("DIR2")
                        .type(Path.class)
                        .index("0")
                        .required(true)
                        .description("Where to; must not be there yet, or be empty.")
                        .build());
    }

    private static OptionSpec data() {
        return OptionSpec.builder("--data")
                .paramLabel("DIR")
                .type(Path.class)
                .defaultValue("aldis-data")
                .showDefaultValue(Visibility.ALWAYS)
                .description("Directory of the data.")
                .build();
    }

    private static PositionalParamSpec file(boolean required, String description) {
        return PositionalParamSpec.builder()
                .paramLabel("FILE")
                .type(Path.class)
                .index("0")
                .required(required)
                .description(description)
                .build();
    }

    // What is done.

    /** Runs what was typed after {@code aldis store}; returns the exit code. */
    int run(ParseResult store) {
        if (!store.hasSubcommand()) {
            store.commandSpec().commandLine().usage(err);
            return Commands.MISUSED;
        }
        ParseResult command = store.subcommand();
        Path data = command.commandSpec().findOption("--data").getValue();
        Path named = command.matchedPositionalValue(0, null);
        try {
            return switch (command.commandSpec().name()) {
                case "check" -> check(data, command.hasMatchedOption("--repair"));
                case "stats" -> stats(data, command.hasMatchedOption("--json"));
                case "export" -> export(data, named);
                case "import" -> imported(data, named);
                default -> backup(data, named);
            };
        } catch (StorageUnavailable | StorageFailed e) {
            log.debug("A store command failed", e);
            return failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            log.debug("A store command failed", e);
            return failed(e instanceof NoSuchFileException ? "there is no file " + e.getMessage() : e.toString());
        }
    }

    private int failed(String why) {
        err.println("aldis: " + why);
        return Commands.FAILED;
    }

    // check

    private int check(Path data, boolean repair) {
        RocksStorage storage = RocksStorage.in(data);
        List<String> damage = storage.damage();
        damage.forEach(text -> out.println("Damaged: " + text));
        if (!damage.isEmpty()) {
            if (!repair) {
                out.println("To save what can be read and be told what is lost, run: aldis store check --repair");
                return Commands.FAILED;
            }
            storage.salvage().forEach(text -> out.println("Lost: " + text));
            out.println("All else was saved. The damaged files are in " + data + ", in a directory damaged-…");
        }
        List<Finding> findings = findings(storage);
        if (damage.isEmpty() && findings.isEmpty()) {
            out.println("All is well: " + rows(storage) + " rows were read, and they fit each other.");
            return Commands.DONE;
        }
        return Commands.FAILED;
    }

    /** What does not fit, and tells it. */
    private List<Finding> findings(RocksStorage storage) {
        List<Finding> findings;
        try (KeyValueStore store = storage.openExisting()) {
            findings = LedgerCheck.of(new Ledger(store));
        }
        for (Finding finding : findings) {
            out.println("Does not fit: " + finding.count() + " " + finding.what() + ", such as:");
            finding.examples().forEach(example -> out.println("    " + example));
        }
        return findings;
    }

    private static long rows(RocksStorage storage) {
        try (KeyValueStore store = storage.openExisting()) {
            return new Ledger(store).rows();
        }
    }

    // stats

    private int stats(Path data, boolean json) {
        LedgerStatistics statistics;
        try (KeyValueStore store = RocksStorage.in(data).openExisting()) {
            statistics = LedgerStatistics.of(new Ledger(store));
        }
        Map<String, Object> numbers = numbers(statistics);
        if (json) {
            out.println(JsonLines.pretty(numbers));
        } else {
            numbers.forEach((name, value) -> out.println("%-18s %s".formatted(words(name), value)));
        }
        return Commands.DONE;
    }

    private static Map<String, Object> numbers(LedgerStatistics statistics) {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("sessions", statistics.sessions());
        numbers.put("connections", statistics.connections());
        numbers.put("subscriptions", statistics.subscriptions());
        numbers.put("queuedMessages", statistics.queuedMessages());
        numbers.put("queuedBytes", statistics.queuedBytes());
        numbers.put("waitingMessages", statistics.waitingMessages());
        numbers.put("sharedMessages", statistics.sharedMessages());
        numbers.put("receipts", statistics.receipts());
        numbers.put("retainedMessages", statistics.retainedMessages());
        numbers.put("retainedBytes", statistics.retainedBytes());
        numbers.put("wills", statistics.wills());
        numbers.put("timers", statistics.timers());
        numbers.put(
                "time",
                statistics.time() == 0
                        ? "never"
                        : Instant.ofEpochMilli(statistics.time()).toString());
        numbers.put("diskBytes", statistics.diskBytes());
        return numbers;
    }

    /** "queuedMessages" as "queued messages". */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    // export

    private int export(Path data, @Nullable Path file) throws IOException {
        if (file != null && Files.exists(file)) {
            return failed(file + " is there already; name another file, or delete it first.");
        }
        try (KeyValueStore store = RocksStorage.in(data).openExisting()) {
            if (file == null) {
                write(store, out, true);
                out.flush();
                return Commands.DONE;
            }
            long lines = write(store, file);
            out.println("Wrote " + lines + " lines into " + file + ".");
            return Commands.DONE;
        }
    }

    /** Under another name until it is whole. */
    private static long write(KeyValueStore store, Path file) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".part");
        try {
            long lines;
            try (Writer writer = Files.newBufferedWriter(draft, UTF_8)) {
                lines = write(store, writer, false);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return lines;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static long write(KeyValueStore store, Writer writer, boolean ascii) throws IOException {
        try {
            return LedgerExport.write(new Ledger(store), Version.current(), line -> {
                try {
                    JsonLines.write(writer, line, ascii);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    // import

    private int imported(Path data, @Nullable Path file) throws IOException {
        if (file == null) {
            throw new IllegalStateException("The command line lets nobody leave it out");
        }
        List<Long> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(Files.newInputStream(file, StandardOpenOption.READ), UTF_8.newDecoder()))) {
            RocksStorage.in(data).replace((present, draft) -> {
                requireEmpty(new Ledger(present), data);
                lines.add(read(in, new Ledger(draft)));
            });
        } catch (IllegalArgumentException e) {
            return failed(file + ", " + e.getMessage() + ". Nothing was imported.");
        } catch (UncheckedIOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        out.println("Read " + lines.get(0) + " lines into " + data + ".");
        return Commands.DONE;
    }

    private static void requireEmpty(Ledger present, Path data) {
        if (!present.isEmpty()) {
            throw new StorageUnavailable(
                    "There is something in the store in " + data
                            + " already, and what is imported is not mixed with it. Name another directory with --data, or move"
                            + " this one away.",
                    null);
        }
    }

    private static long read(BufferedReader in, Ledger ledger) {
        try (LedgerImport ledgerImport = new LedgerImport(ledger)) {
            JsonLines.read(in, ledgerImport::accept);
            try {
                return ledgerImport.finish();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("its end: " + e.getMessage(), e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // backup

    private int backup(Path data, @Nullable Path target) {
        if (target == null) {
            throw new IllegalStateException("The command line lets nobody leave it out");
        }
        RocksStorage.in(data).backup(target);
        out.println("Copied " + rows(RocksStorage.in(target)) + " rows of " + data + " into " + target + ".");
        return Commands.DONE;
    }
}
