package io.aldis.benchmark.compare;

import io.aldis.benchmark.compare.Contender.Local;
import io.aldis.benchmark.result.ExitCode;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker on this machine that we started: it listens on a port of 127.0.0.1 until it is closed. If the virtual machine ends before,
 * the broker ends with it.
 */
public final class LocalBroker implements AutoCloseable {

    /**
     * How long we wait for it.
     *
     * @param toListen until its port accepts a connection
     * @param toEnd after SIGTERM, until SIGKILL
     */
    record Patience(Duration toListen, Duration toEnd) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    private static final String HOST = "127.0.0.1";
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);
    private static final int LAST_LINES = 10;
    private static final int LAST_BYTES = 4096;

    /** What terminals take as colours, and all else that is not to be shown. */
    private static final Pattern UNSEEN = Pattern.compile("\\x1B\\[[0-9;?]*[A-Za-z]|[\\p{Cntrl}&&[^\t]]");

    private final Local contender;
    private final int port;
    private final Patience patience;

    /** Holds the broker's {@code {dir}} and what it said. */
    private final Path home;

    private final Thread atExit = new Thread(this::stop, "stop-local-broker");

    // Under the lock of this.
    private @Nullable Process process;
    private long launched;
    private boolean stopped;

    private LocalBroker(Local contender, int port, Path home, Patience patience) {
        this.contender = contender;
        this.port = port;
        this.home = home;
        this.patience = patience;
    }

    /**
     * Starts a broker and waits until it accepts connections.
     *
     * @throws CompareFailed if it cannot be started, ends at once, or does not listen in time; then nothing of it is left
     */
    public static LocalBroker start(Local contender) {
        return start(contender, Patience.USUAL);
    }

    static LocalBroker start(Local contender, Patience patience) {
        LocalBroker broker;
        try {
            broker = new LocalBroker(contender, freePort(), Files.createTempDirectory("aldis-bench-"), patience);
        } catch (IOException failed) {
            throw CompareFailed.unreachable("Cannot prepare the start of " + contender.name()
                    + ": there is no free port or no temporary directory (" + failed + ").");
        }
        try {
            // Before the process is there, so that it is never without.
            Runtime.getRuntime().addShutdownHook(broker.atExit);
            broker.launch();
            broker.awaitListening();
            return broker;
        } catch (RuntimeException | Error failed) {
            broker.close();
            throw failed;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address())) {
            return socket.getLocalPort();
        }
    }

    private static InetAddress address() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Ends the broker and all it started as a failure would, with SIGKILL. Its directory stays as it is. */
    public void kill() {
        List<ProcessHandle> family = familyOf(started().toHandle());
        family.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(family, patience.toEnd());
    }

    /**
     * Starts a broker that has ended again, on the same port and with what is in its directory, and waits until it accepts connections.
     *
     * @throws CompareFailed if it cannot be started, ends at once, or does not listen in time
     */
    public void revive() {
        launch();
        awaitListening();
    }

    private synchronized void launch() {
        if (stopped) {
            throw CompareFailed.unreachable(contender.name() + " is not started, because this program ends.");
        }
        try {
            Files.createDirectories(directory());
            launched = System.nanoTime();
            Process started = new ProcessBuilder(
                            contender.words().stream().map(this::filledIn).toList())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log().toFile()))
                    .start();
            process = started;
            // Nobody types to it.
            started.getOutputStream().close();
        } catch (IOException failed) {
            throw CompareFailed.unreachable(
                    "Cannot start " + contender.name() + " with: " + contender.given() + "\n"
                            + failed.getMessage()
                            + "\nThe command runs without a shell, in the current directory; for what only a shell can do write sh -c '…'.");
        }
    }

    private String filledIn(String word) {
        return word.replace(Local.PORT, Integer.toString(port))
                .replace(Local.DIRECTORY, directory().toString());
    }

    private void awaitListening() {
        long deadline = System.nanoTime() + patience.toListen().toNanos();
        boolean listens = listens();
        while (!ended() && !listens && System.nanoTime() - deadline < 0) {
            awaitEnd(List.of(started().toHandle()), BETWEEN_ATTEMPTS);
            if (Thread.currentThread().isInterrupted()) {
                throw new CompareFailed(
                        ExitCode.INTERRUPTED, "Interrupted while " + contender.name() + " was starting.");
            }
            listens = listens();
        }
        // Asked last: it may have ended because something else listens there.
        Optional<String> ending = ending();
        if (ending.isPresent()) {
            throw CompareFailed.unreachable(contender.name() + " was started but does not run: " + ending.get()
                    + "\nIt was started with: " + contender.given()
                    + "\nA broker must stay in the foreground. Its command runs without a shell; for what only a shell can do write"
                    + " sh -c '…'.");
        } else if (!listens) {
            throw CompareFailed.unreachable(contender.name() + " runs but accepts no connection at " + HOST + ":" + port
                    + " within "
                    + patience.toListen().toMillis() / 1000.0 + " s" + saying(lastWords()) + "\nIt was started with: "
                    + contender.given() + "\nIt must listen on the port that stands where {port} is.");
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address(), port), 1_000);
            // Where nobody listens, a connection may be given that very port and meet itself.
            return socket.getLocalPort() != port;
        } catch (IOException refused) {
            return false;
        }
    }

    private boolean ended() {
        return !started().isAlive();
    }

    private synchronized Process started() {
        if (process == null) {
            throw new IllegalStateException("It was not started.");
        }
        return process;
    }

    /** Where it listens. */
    public String host() {
        return HOST;
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Of the process that was started; the broker may be a descendant of it. */
    public long pid() {
        return started().pid();
    }

    /** When its process was started last: {@link System#nanoTime}. */
    public synchronized long launched() {
        return launched;
    }

    /** How it ended, with its last words, several lines; empty while it runs. */
    public Optional<String> ending() {
        if (!ended()) {
            return Optional.empty();
        }
        return Optional.of("it ended with exit code " + started().exitValue() + saying(lastWords()));
    }

    /** What {@code {dir}} stands for. */
    Path directory() {
        return home.resolve("dir");
    }

    private Path log() {
        return home.resolve("output");
    }

    private static String saying(String words) {
        return words.isEmpty() ? ", saying nothing." : ". Its last words:\n" + words;
    }

    private String lastWords() {
        try (SeekableByteChannel channel = Files.newByteChannel(log())) {
            ByteBuffer bytes = ByteBuffer.allocate(LAST_BYTES);
            boolean cut = channel.size() > LAST_BYTES;
            channel.position(Math.max(0, channel.size() - LAST_BYTES));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            List<String> lines = StandardCharsets.UTF_8
                    .decode(bytes.flip())
                    .toString()
                    .lines()
                    .skip(cut ? 1 : 0)
                    .map(line -> UNSEEN.matcher(line).replaceAll("").stripTrailing())
                    .filter(line -> !line.isEmpty())
                    .toList();
            return String.join(
                    "\n",
                    lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
                            .map(line -> "  " + line)
                            .toList());
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Ends the broker and all it started, and deletes its directory. Does nothing the second time. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs, and finds nothing to do.
        }
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (process != null) {
            end(process.toHandle());
        }
        deleteAll(home);
    }

    private void end(ProcessHandle root) {
        // A launcher that ends first would leave the others without a trace of whose they are.
        Set<ProcessHandle> family = new LinkedHashSet<>(familyOf(root));
        family.forEach(ProcessHandle::destroy);
        if (!awaitEnd(family, patience.toEnd())) {
            for (ProcessHandle member : List.copyOf(family)) {
                family.addAll(familyOf(member));
            }
            family.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(family, patience.toEnd());
        }
    }

    private static List<ProcessHandle> familyOf(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants()).toList();
    }

    /** True if all have ended in that time. An interrupt is kept for whoever waits next, and ends this wait. */
    private static boolean awaitEnd(Collection<ProcessHandle> processes, Duration time) {
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As far as it can be done: what a broker made unreadable, or is deleting itself, is no reason to lose a comparison. */
    private static void deleteAll(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failed) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
                        throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException remains) {
            // The system clears its temporary directory.
        }
    }
}
