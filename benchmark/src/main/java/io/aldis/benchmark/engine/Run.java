package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.benchmark.engine.Timings.Kind;
import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import io.aldis.benchmark.verify.Audience;
import io.aldis.benchmark.verify.Judgement;
import io.aldis.benchmark.verify.Stamp;
import io.aldis.benchmark.watch.ProcessWatch;
import io.aldis.codec.Qos;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One run, from the first connection to the figures. Used by one thread, which it makes wait. */
final class Run implements AutoCloseable {

    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Between two looks at what is waited for. */
    private static final long GLANCE = 5 * MILLISECOND;

    /** When nothing has come for so long, nothing more will. */
    static final Duration QUIET = Duration.ofSeconds(3);

    /** Between two tries of a client that had been connected before. */
    private static final long RETRY_MILLIS = 100;

    /** So many deliveries owed keep any broker busy. */
    private static final long MUCH = 10_000;

    /** The part of its time that an event loop may be busy and still answer at once. */
    private static final double BUSY = 0.95;

    private static final int PROBES = 20;

    /** Longest wait of a loop for a task. */
    private static final long LOOP_SECONDS = 30;

    private final Plan plan;
    private final long quiet;
    private final Observer observer;
    private final @Nullable ProcessWatch broker;
    private final @Nullable Long brokerPid;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Lane> lanes = new ArrayList<>();
    private final Stage stage;
    private final Crowd crowd;
    private final Sampler sampler;
    private final Instant began = Instant.now();
    private final long start = System.nanoTime();
    private final List<Moment> moments = new ArrayList<>();
    private final Set<String> sending = new HashSet<>();
    private final Set<String> wereThere = new HashSet<>();

    private ExitCode exit = ExitCode.OK;
    private boolean stillComing;
    private final List<String> findings = new ArrayList<>();

    /**
     * The beginning of a phase, or the end of the last.
     *
     * @param busy processor time of each event loop's thread, in nanoseconds
     */
    private record Moment(
            Step.Phase phase,
            long time,
            Counts counts,
            ProcessWatch.@Nullable Reading broker,
            ProcessWatch.Reading tool,
            List<Long> busy) {}

    /** @param quiet when nothing has come for so long, nothing more will */
    Run(Plan plan, Dialer dialer, IoHandlerFactory io, Duration quiet, @Nullable Long brokerPid, Observer observer) {
        this.plan = plan;
        this.quiet = quiet.toNanos();
        this.observer = observer;
        broker = brokerPid == null ? null : ProcessWatch.of(brokerPid);
        this.brokerPid = brokerPid;
        int random = ThreadLocalRandom.current().nextInt();
        Stamp stamp = new Stamp(random, largestPayload(plan));
        stage = new Stage(plan, Integer.toUnsignedString(random, Character.MAX_RADIX), new Audience(stamp), dialer);
        group = new MultiThreadIoEventLoopGroup(plan.loops(), io);
        for (EventExecutor loop : group) {
            lanes.add(new Lane((EventLoop) loop, stage));
        }
        stage.counts(() -> sum(Item.EXPECTED), () -> sum(Item.DELIVERED));
        crowd = new Crowd(stage, lanes);
        sampler = new Sampler(plan, lanes, start, brokerPid, observer);
    }

    private static int largestPayload(Plan plan) {
        int largest = Stamp.SIZE;
        for (Group each : plan.groups()) {
            Publishing publishing = each.publish();
            largest = publishing == null ? largest : Math.max(largest, publishing.mostBytes());
        }
        return largest;
    }

    // The steps.

    void conduct() throws InterruptedException {
        for (Lane lane : lanes) {
            var unused = lane.loop().scheduleAtFixedRate(() -> tick(lane), 1, 1, TimeUnit.SECONDS);
        }
        probe();
        sampler.begin();
        for (Step step : plan.steps()) {
            take(step);
        }
    }

    /**
     * One client connects and goes, which is counted nowhere: if there is nobody to connect to this tells it at once, and what this tool has
     * to load and compile for a first connection is not taken for the broker's time.
     */
    private void probe() throws InterruptedException {
        Group first = plan.groups().get(0);
        Group alone = new Group("probe", 1, first.connecting(), true, 0, 0, null, List.of(), Group.Pace.NO_WAIT, null);
        Lane lane = new Lane(lanes.get(0).loop(), stage);
        Client client = new Client(stage, alone, 0, lane, List.of(), new AtomicInteger());
        for (int i = 0; i < PROBES; i++) {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            lane.loop().execute(() -> client.connect(System.nanoTime(), opened));
            await(opened);
            CompletableFuture.runAsync(() -> client.leave(true), lane.loop()).join();
        }
    }

    private static void tick(Lane lane) {
        long now = System.nanoTime();
        lane.clients().forEach(client -> client.tick(now));
    }

    private void take(Step step) throws InterruptedException {
        if (step instanceof Step.Phase phase) {
            begin(phase);
        } else if (step instanceof Step.Connect connect) {
            connect(plan.group(connect.group()));
        } else if (step instanceof Step.Begin begin) {
            publish(begin.group());
        } else if (step instanceof Step.Wait wait) {
            pauseUntil(System.nanoTime() + wait.time().toNanos());
        } else if (step instanceof Step.AwaitSent await) {
            awaitSent(await);
        } else if (step instanceof Step.End end) {
            end(end.group());
        } else if (step instanceof Step.Drain drain) {
            drain(drain.limit().toNanos());
        } else if (step instanceof Step.Leave leave) {
            onClients(crowd.of(leave.group()), client -> client.leave(leave.orderly()));
        } else if (step instanceof Step.Stall stall) {
            onClients(crowd.of(stall.group()).subList(0, stall.clients()), Client::stall);
        } else if (step instanceof Step.Resume resume) {
            onClients(crowd.of(resume.group()), Client::resume);
        } else if (step instanceof Step.Forget forget) {
            forget(forget.group());
        }
    }

    private void begin(Step.Phase phase) {
        Moment moment = moment(phase);
        moments.add(moment);
        onLanes(lane -> lane.timings().phase(moment.time()));
        sampler.phase(phase.name());
        observer.phase(phase.name(), phase.measured());
    }

    private Moment moment(Step.Phase phase) {
        return new Moment(
                phase,
                System.nanoTime(),
                counts(),
                broker == null ? null : broker.read().orElse(null),
                ProcessWatch.self(),
                lanes.stream().map(Lane::busy).toList());
    }

    private void publish(String name) {
        sending.add(name);
        stage.quiet(false);
        stage.churning(true);
        if (nothingWaits()) {
            onLanes(Lane::gather);
        }
        long now = System.nanoTime();
        List<Client> those = crowd.of(name);
        onClients(those, client -> client.begin(now, (double) client.identity().number() / those.size()));
    }

    /** Whether all that is published is sent as fast as the broker takes it, and nobody waits for an answer. */
    private boolean nothingWaits() {
        return (plan.outstanding() == 0 || plan.outstanding() >= MUCH)
                && plan.groups().stream()
                        .map(Group::publish)
                        .allMatch(publishing -> publishing == null
                                || (publishing.qos() == Qos.AT_MOST_ONCE
                                        && !publishing.paced()
                                        && publishing.messages() == 0));
    }

    private void awaitSent(Step.AwaitSent await) throws InterruptedException {
        int all = crowd.of(await.group()).size();
        long deadline = System.nanoTime() + await.limit().toNanos();
        Duration patience = patience(plan.group(await.group()));
        long last = progress();
        long lastChange = System.nanoTime();
        while (crowd.finished(await.group()) < all) {
            long now = System.nanoTime();
            long progress = progress();
            lastChange = progress == last ? lastChange : now;
            last = progress;
            boolean stuck = now - lastChange > patience.toNanos();
            if (stuck || now - deadline >= 0) {
                failed(
                        ExitCode.UNFINISHED,
                        String.format(
                                Locale.ROOT,
                                "%,d of %,d publishers had not sent all their messages, or had not got them acknowledged, %s %.1f s.",
                                all - crowd.finished(await.group()),
                                all,
                                stuck ? "and nothing more happened for" : "after",
                                (stuck ? patience : await.limit()).toMillis() / 1e3));
                break;
            }
            pauseUntil(now + GLANCE);
        }
        end(await.group());
    }

    /** How long nothing may happen while a group publishes: a client's patience with the broker, and the time between two messages. */
    private static Duration patience(Group those) {
        Publishing publishing = those.publish();
        long interval = publishing == null || !publishing.paced() ? 0 : Math.round(1e9 / publishing.rate());
        return those.connecting().timeout().plusNanos(interval);
    }

    private long progress() {
        return sum(Item.SENT) + sum(Item.ACKNOWLEDGED) + sum(Item.RECEIVED);
    }

    private void end(String name) {
        long now = System.nanoTime();
        onClients(crowd.of(name), client -> client.end(now));
        sending.remove(name);
        if (sending.isEmpty()) {
            stage.quiet(true);
            stage.churning(false);
        }
    }

    /** Waits for what is still under way. */
    private void drain(long limit) throws InterruptedException {
        for (Group each : plan.groups()) {
            if (each.churn() != null && each.persistent()) {
                connect(each);
            }
        }
        long deadline = System.nanoTime() + limit;
        long last = come();
        long lastChange = System.nanoTime();
        while (!isComplete() && System.nanoTime() - lastChange < quiet) {
            if (System.nanoTime() - deadline >= 0) {
                stillComing = System.nanoTime() - lastChange < quiet / 2;
                break;
            }
            pauseUntil(System.nanoTime() + GLANCE);
            long come = come();
            if (come != last) {
                last = come;
                lastChange = System.nanoTime();
            }
        }
        if (stillComing) {
            failed(ExitCode.UNFINISHED, "Messages were still coming when the time to wait for them was over.");
            return;
        }
        long owed = sum(Item.TO_ACKNOWLEDGE) - sum(Item.ACKNOWLEDGED);
        if (owed > 0) {
            failed(
                    ExitCode.UNFINISHED,
                    String.format(
                            Locale.ROOT,
                            "%,d messages of QoS 1 or 2 were never acknowledged to their publishers.",
                            owed));
        }
    }

    /** Grows as long as something comes of what is waited for. */
    private long come() {
        return sum(Item.RECEIVED) + sum(Item.ACKNOWLEDGED);
    }

    private boolean isComplete() {
        return sum(Item.DELIVERED) >= sum(Item.EXPECTED) && sum(Item.ACKNOWLEDGED) >= sum(Item.TO_ACKNOWLEDGE);
    }

    private void forget(String name) throws InterruptedException {
        onClients(crowd.of(name), client -> client.leave(true));
        Group those = plan.group(name);
        Semaphore atOnce = new Semaphore(Math.max(1, those.connecting().atOnce()));
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Client client : crowd.of(name)) {
            atOnce.acquire();
            CompletableFuture<Void> forgotten = new CompletableFuture<>();
            var unused = forgotten.whenComplete((nothing, failure) -> atOnce.release());
            client.lane().loop().execute(() -> client.forget(forgotten));
            all.add(forgotten);
        }
        await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    }

    // Connecting.

    private void connect(Group those) throws InterruptedException {
        List<Client> clients = crowd.of(those.name());
        boolean again = !wereThere.add(those.name());
        boolean alone = those.publish() == null && those.subscriptions().isEmpty();
        Connecting connecting = new Connecting(those.connecting(), again, alone);
        long interval = those.connecting().interval().toNanos();
        long first = System.nanoTime();
        for (int i = 0; i < clients.size(); i++) {
            long due = interval > 0 ? first + i * interval : System.nanoTime();
            pauseUntil(due);
            connecting.open(clients.get(i), due);
        }
        await(connecting.all());
        connecting.end();
    }

    /** The clients of one group on their way to the broker. */
    private final class Connecting {
        private final Group.Connecting how;
        private final boolean again;
        private final boolean mayFail;
        private final Semaphore atOnce;
        private final List<CompletableFuture<Void>> all = new ArrayList<>();
        private final List<RunFailed> failures = new ArrayList<>();

        Connecting(Group.Connecting how, boolean again, boolean mayFail) {
            this.how = how;
            this.again = again;
            this.mayFail = mayFail;
            atOnce = new Semaphore(how.interval().isZero() ? Math.max(1, how.atOnce()) : Integer.MAX_VALUE);
        }

        void open(Client client, long due) throws InterruptedException {
            while (!atOnce.tryAcquire(GLANCE, TimeUnit.NANOSECONDS)) {
                pauseUntil(System.nanoTime());
            }
            CompletableFuture<Void> there = new CompletableFuture<>();
            all.add(there);
            client.lane()
                    .loop()
                    .execute(() -> attempt(
                            client, due, System.nanoTime() + how.timeout().toNanos(), there));
        }

        private void attempt(Client client, long due, long deadline, CompletableFuture<Void> there) {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            client.connect(due, opened);
            var unused = opened.whenComplete((nothing, failure) -> {
                if (failure != null && again && System.nanoTime() - deadline < 0) {
                    var unusedRetry = client.lane()
                            .loop()
                            .schedule(() -> attempt(client, due, deadline, there), RETRY_MILLIS, TimeUnit.MILLISECONDS);
                    return;
                }
                atOnce.release();
                if (failure instanceof RunFailed failed) {
                    failed(failed);
                }
                there.complete(null);
            });
        }

        private synchronized void failed(RunFailed failed) {
            failures.add(failed);
            if (!mayFail) {
                stage.failure().completeExceptionally(failed);
            }
        }

        CompletableFuture<Void> all() {
            return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        }

        synchronized void end() {
            if (!failures.isEmpty()) {
                Run.this.failed(
                        ExitCode.UNREACHABLE,
                        String.format(
                                Locale.ROOT,
                                "%,d of %,d connections failed. The first: %s",
                                failures.size(),
                                all.size(),
                                failures.get(0).why()));
            }
        }
    }

    // Waiting.

    private void await(CompletableFuture<Void> what) throws InterruptedException {
        try {
            CompletableFuture.anyOf(what, stage.failure()).get();
        } catch (ExecutionException e) {
            throw reason(e);
        }
    }

    private void pauseUntil(long time) throws InterruptedException {
        long wait = time - System.nanoTime();
        if (wait <= 0 && !stage.failure().isDone()) {
            return;
        }
        try {
            stage.failure().get(Math.max(0, wait), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // As it should be.
        } catch (ExecutionException e) {
            throw reason(e);
        }
    }

    private static RuntimeException reason(ExecutionException e) {
        return e.getCause() instanceof RunFailed reason ? reason : new IllegalStateException(e.getCause());
    }

    private void onClients(List<Client> clients, Consumer<Client> task) {
        onLanes(lane -> clients.stream().filter(client -> client.lane() == lane).forEach(task));
    }

    /** Does something on the loop of every lane, at the same time. */
    private void onLanes(Consumer<Lane> task) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (Lane lane : lanes) {
            all.add(CompletableFuture.runAsync(() -> task.accept(lane), lane.loop()));
        }
        try {
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                    .orTimeout(LOOP_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException("An event loop of the generator is stuck or broken.", e);
        }
    }

    private long sum(Item item) {
        long sum = 0;
        for (Lane lane : lanes) {
            sum += lane.tally().of(item);
        }
        return sum;
    }

    private Counts counts() {
        return lanes.stream().map(lane -> lane.tally().counts()).reduce(Counts.NONE, Counts::plus);
    }

    // What was seen.

    /** Something went wrong; the first is what the exit code tells. */
    void failed(ExitCode how, String finding) {
        exit = exit == ExitCode.OK ? how : exit;
        findings.add(finding);
    }

    Result result() {
        sampler.end();
        Step.Phase last = new Step.Phase("", false);
        Moment end = moment(last);
        List<PhaseResult> phases = new ArrayList<>();
        for (int i = 0; i < moments.size(); i++) {
            phases.add(phase(i, moments.get(i), i + 1 < moments.size() ? moments.get(i + 1) : end));
        }
        return new Result(
                plan.name(),
                plan.command(),
                plan.target().uri(),
                plan.target().version().toString().replace("MQTT ", ""),
                setting(),
                began,
                environment(),
                phases,
                sampler.samples(),
                end.counts(),
                verdict(end.counts(), end));
    }

    private PhaseResult phase(int number, Moment from, Moment to) {
        return new PhaseResult(
                from.phase().name(),
                from.phase().measured(),
                (from.time() - start) / 1e9,
                (to.time() - from.time()) / 1e9,
                to.counts().since(from.counts()),
                latency(number, Kind.CONNECT),
                latency(number, Kind.SUBSCRIBE),
                latency(number, Kind.ACKNOWLEDGE),
                latency(number, Kind.DELIVERY),
                latency(number, Kind.RETAINED),
                latency(number, Kind.DELAY),
                usage(from.broker(), to.broker()),
                usage(from.tool(), to.tool()));
    }

    private static @Nullable Usage usage(ProcessWatch.@Nullable Reading from, ProcessWatch.@Nullable Reading to) {
        return from == null || to == null ? null : ProcessWatch.between(from, to);
    }

    private Latency latency(int phase, Kind kind) {
        Histogram sum = Timings.empty();
        for (Lane lane : lanes) {
            CompletableFuture.runAsync(() -> lane.timings().addTo(sum, phase, kind), lane.loop())
                    .join();
        }
        return Timings.latency(sum);
    }

    private List<String> setting() {
        return Setting.of(plan);
    }

    private Result.Environment environment() {
        return new Result.Environment(
                "Aldis bench " + version(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                brokerPid);
    }

    private static String version() {
        String version = Run.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private Result.Verdict verdict(Counts totals, Moment last) {
        List<String> remarks = new ArrayList<>();
        for (int i = 0; i < moments.size(); i++) {
            if (limitedByTool(moments.get(i), i + 1 < moments.size() ? moments.get(i + 1) : last)) {
                remarks.add("This tool was busy all the time of the phase \""
                        + moments.get(i).phase().name()
                        + "\": it may have been the limit, not the broker. Give it more --loops.");
            }
        }
        stage.remarks().forEach(remarks::add);
        if (stage.unsent() > 0) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "%,d messages were due and were not sent, because the broker did not take them in time.",
                    stage.unsent()));
        }
        if (totals.refused() > 0) {
            remarks.add(String.format(Locale.ROOT, "%,d messages were refused by the broker.", totals.refused()));
        }
        if (totals.foreign() > 0) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "%,d messages came that this run had not sent, and were not counted.",
                    totals.foreign()));
        }
        boolean whole = exit == ExitCode.OK || exit == ExitCode.UNFINISHED;
        Judgement judgement = judgement(totals);
        List<String> all = new ArrayList<>(findings);
        if (whole) {
            all.addAll(judgement.findings());
            remarks.addAll(judgement.remarks());
        } else if (totals.expected() > 0) {
            remarks.add("The run was cut short: what had not come by then is not told as lost.");
        }
        ExitCode end = whole && !judgement.findings().isEmpty() ? ExitCode.GUARANTEE : exit;
        return new Result.Verdict(end, all, remarks);
    }

    /** Whether an event loop had hardly a moment's rest in a phase, whose beginning and end these are. */
    private static boolean limitedByTool(Moment from, Moment to) {
        long time = to.time() - from.time();
        for (int lane = 0; lane < from.busy().size(); lane++) {
            if (to.busy().get(lane) - from.busy().get(lane) > BUSY * time) {
                return from.phase().measured() && time >= SECOND;
            }
        }
        return false;
    }

    private Judgement judgement(Counts totals) {
        // After this we see all that the loops have counted.
        onLanes(lane -> {});
        return Judgement.of(stage.audience(), totals.corrupt(), totals.misdirected(), stillComing);
    }

    @Override
    public void close() {
        sampler.end();
        try {
            onLanes(lane -> lane.clients().forEach(client -> client.leave(true)));
        } finally {
            group.shutdownGracefully(50, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
    }
}
