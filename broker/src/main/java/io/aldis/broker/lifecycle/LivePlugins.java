package io.aldis.broker.lifecycle;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.lifecycle.Slot.Loaded;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginFailed;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import io.aldis.broker.plugin.Plugins;
import io.aldis.broker.settings.PluginFailurePolicy;
import io.aldis.broker.settings.PluginSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plugins of a broker, from its start to its stop. Callable from any thread; all that happens, happens on the thread of changes,
 * which exists only while there is something to do.
 */
public final class LivePlugins implements Plugins, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LivePlugins.class);

    private final Surroundings around;
    private final PluginChoice choice;
    private final PluginSettings settings;
    private final SharedClasses shared;
    private final ThreadPoolExecutor changes;

    /** Whoever hears of a change may do what he likes, but not on the thread of changes. */
    private final Executor strangers = ForkJoinPool.commonPool();

    /** In the order of their hooks. Confined to the thread of changes. */
    private List<Slot> slots = new ArrayList<>();

    private volatile List<PluginInfo> infos = List.of();
    private volatile boolean ended;

    /** The plugins of a broker, none of which has started; the hooks of the program around it are called already. */
    public LivePlugins(Surroundings around, PluginChoice choice, PluginSettings settings) {
        this.around = around;
        this.choice = choice;
        this.settings = settings;
        shared = new SharedClasses(choice.shared());
        changes = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "aldis-plugins");
            thread.setDaemon(true);
            thread.setContextClassLoader(LivePlugins.class.getClassLoader());
            return thread;
        });
        changes.allowCoreThreadTimeOut(true);
    }

    /**
     * Finds and starts all plugins; when this returns, their hooks are called.
     *
     * @throws PluginFailed if one does not start and the settings do not say to go without it; none is left running then
     */
    public void start() {
        if (choice.isNone()) {
            checkConfiguration(false);
            return;
        }
        startThreads();
        await(this::startAll);
    }

    /** A thread remembers the class loader of whoever starts it: those that outlive a plugin are started by us. */
    private void startThreads() {
        around.loops().forEach(loop -> loop.execute(() -> {}));
        CompletableFuture.delayedExecutor(0, TimeUnit.NANOSECONDS, strangers).execute(() -> {});
    }

    @Override
    public List<PluginInfo> all() {
        return infos;
    }

    @Override
    public CompletionStage<PluginInfo> enable(String name) {
        return change(() -> enableNow(slot(name)));
    }

    @Override
    public CompletionStage<PluginInfo> disable(String name) {
        return change(() -> disableNow(slot(name)));
    }

    @Override
    public CompletionStage<PluginInfo> reload(String name) {
        return change(() -> reloadNow(slot(name)));
    }

    /** Changes that have not begun are refused from now on: the broker is about to stop. */
    public void refuseChanges() {
        ended = true;
    }

    /** Stops all plugins, the last one first, when nothing calls them any more. Without effect if that has been done. */
    @Override
    public void close() {
        refuseChanges();
        if (!infos.isEmpty() && !changes.isShutdown()) {
            await(() -> stopAll(false));
        }
        changes.shutdown();
    }

    // The thread of changes.

    private CompletionStage<PluginInfo> change(Supplier<PluginInfo> change) {
        CompletableFuture<PluginInfo> done = new CompletableFuture<>();
        try {
            changes.execute(() -> {
                try {
                    checkNotEnded();
                    PluginInfo info = change.get();
                    strangers.execute(() -> done.complete(info));
                } catch (Throwable failure) {
                    strangers.execute(() -> done.completeExceptionally(failure));
                }
            });
        } catch (RejectedExecutionException over) {
            done.completeExceptionally(ended());
        }
        return done;
    }

    private void checkNotEnded() {
        if (ended) {
            throw ended();
        }
    }

    private static IllegalStateException ended() {
        return new IllegalStateException("The broker has stopped, and its plugins with it.");
    }

    /** Runs something as a change, and waits. */
    private void await(Runnable change) {
        try {
            CompletableFuture.runAsync(change, changes).join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof PluginFailed wrong) {
                throw wrong;
            }
            throw failed;
        }
    }

    private void tell() {
        infos = slots.stream().map(Slot::info).toList();
    }

    private Slot slot(String name) {
        return slots.stream()
                .filter(slot -> slot.name.equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("There is no plugin '" + name + "'; there is " + names() + "."));
    }

    private String names() {
        return slots.isEmpty()
                ? "none"
                : String.join(", ", slots.stream().map(slot -> slot.name).toList());
    }

    // All together.

    private void startAll() {
        try {
            boolean complete = find();
            slots = inOrder(slots);
            checkOrder(complete);
            checkConfiguration(!complete);
            replaceHooks();
            for (Slot slot : slots) {
                if (slot.loaded != null) {
                    startOrSkip(slot);
                }
            }
        } catch (PluginFailed failed) {
            stopAll(true);
            throw failed;
        }
    }

    /** Finds all plugins; whether all could be loaded. */
    private boolean find() {
        boolean complete = true;
        for (Plugin plugin : choice.given()) {
            complete &= put(new Slot.Given(plugin), plugin.getClass().getSimpleName());
        }
        for (Path place : places()) {
            String file = String.valueOf(place.getFileName());
            complete &= put(new Slot.Place(place), file.endsWith(".jar") ? file.substring(0, file.length() - 4) : file);
        }
        return complete;
    }

    private boolean put(Slot.Source source, String nameIfUnknown) {
        Bundle bundle = null;
        try {
            bundle = open(source);
            checkUnused(bundle, null);
            for (String name : bundle.plugins().keySet()) {
                slots.add(Slot.of(source, name, bundle));
            }
            return true;
        } catch (PluginFailed failed) {
            if (bundle != null) {
                bundle.close();
            }
            stopOrSkip(failed);
            Slot slot = new Slot(source, nameIfUnknown, "");
            slot.fail(String.valueOf(failed.getMessage()));
            slots.add(slot);
            return false;
        } finally {
            tell();
        }
    }

    private Bundle open(Slot.Source source) {
        return source instanceof Slot.Place place
                ? Bundle.open(place.path(), shared, settings.startTimeout())
                : Bundle.of(((Slot.Given) source).plugin(), source.toString());
    }

    private void checkUnused(Bundle bundle, Slot.@Nullable Source source) {
        for (Slot slot : slots) {
            if (!slot.source.equals(source)
                    && !slot.isUnknown()
                    && bundle.plugins().containsKey(slot.name)) {
                throw new PluginFailed(
                        "Two plugins are named '" + slot.name + "': one from " + slot.source + ", one from " + bundle
                                + ". Take one of them away.",
                        null);
            }
        }
    }

    private void stopOrSkip(PluginFailed failed) {
        if (settings.onFailure() == PluginFailurePolicy.STOP) {
            throw failed;
        }
        log.error("A plugin is skipped. {}", failed.getMessage(), failed.getCause());
    }

    private List<Path> places() {
        Path directory = choice.directory();
        if (directory == null) {
            return List.of();
        }
        List<Path> places = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith(".") && (name.endsWith(".jar") || Files.isDirectory(file))) {
                    places.add(file);
                }
            }
        } catch (IOException unreadable) {
            String why = Files.exists(directory) ? Words.of(unreadable) : "it is not there";
            throw new PluginFailed("The plugin directory " + directory + " cannot be read: " + why + ".", unreadable);
        }
        places.sort(null);
        return places;
    }

    /** As the settings say; the others after them: those that were given as they were, those of the directory by their names. */
    private List<Slot> inOrder(List<Slot> all) {
        Map<String, Integer> named = new HashMap<>();
        settings.order().forEach(name -> named.putIfAbsent(name, named.size()));
        List<Slot> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.<Slot>comparingInt(slot -> named.getOrDefault(slot.name, Integer.MAX_VALUE))
                .thenComparingInt(slot -> slot.source instanceof Slot.Given ? 0 : 1)
                .thenComparing(slot -> slot.source instanceof Slot.Given ? "" : slot.name));
        return sorted;
    }

    private void checkOrder(boolean complete) {
        for (String name : settings.order()) {
            if (slots.stream().noneMatch(slot -> slot.name.equals(name))) {
                String wrong = "The order of plugins names '" + name + "', but there is no such plugin; there is "
                        + names() + ".";
                complain(!complete, wrong);
            }
        }
    }

    private void checkConfiguration(boolean leniently) {
        try {
            choice.configuration()
                    .check(slots.stream()
                            .filter(slot -> !slot.isUnknown())
                            .map(slot -> slot.name)
                            .toList());
        } catch (IllegalArgumentException wrong) {
            complain(leniently, String.valueOf(wrong.getMessage()));
        }
    }

    /** What nobody asks for is an error, unless the one that could ask has been skipped. */
    private static void complain(boolean leniently, String wrong) {
        if (!leniently) {
            throw new PluginFailed(wrong, null);
        }
        log.warn("{} Perhaps it is one of those that could not be loaded.", wrong);
    }

    private void startOrSkip(Slot slot) {
        try {
            start(slot);
        } catch (PluginFailed failed) {
            stopOrSkip(failed);
        }
    }

    private void stopAll(boolean loopsRun) {
        for (int i = slots.size() - 1; i >= 0; i--) {
            Slot slot = slots.get(i);
            if (slot.runs()) {
                stop(slot, loopsRun);
            }
            unload(slot);
        }
    }

    // One by one.

    private PluginInfo enableNow(Slot slot) {
        if (slot.runs()) {
            return slot.info();
        }
        if (slot.isUnknown()) {
            return reloadNow(slot);
        }
        load(slot);
        start(slot);
        return slot.info();
    }

    private PluginInfo disableNow(Slot slot) {
        if (slot.runs()) {
            stop(slot, true);
        } else if (!slot.isUnknown()) {
            slot.standIn = null;
            replaceHooks();
            slot.become(PluginState.DISABLED);
            tell();
        }
        return slot.info();
    }

    private PluginInfo reloadNow(Slot slot) {
        return slot.source instanceof Slot.Place ? reloadAll(slot) : restart(slot);
    }

    private PluginInfo restart(Slot slot) {
        if (slot.runs()) {
            stopForAWhile(slot);
        }
        return enableNow(slot);
    }

    /** Everything that comes from the same place as the one that is asked for. */
    private PluginInfo reloadAll(Slot asked) {
        List<Slot> coming = open(asked);
        List<Slot> former =
                slots.stream().filter(slot -> slot.source.equals(asked.source)).toList();
        Set<String> staying = former.stream()
                .filter(slot -> slot.state() == PluginState.DISABLED && slot != asked)
                .map(slot -> slot.name)
                .collect(Collectors.toSet());
        for (int i = former.size() - 1; i >= 0; i--) {
            if (former.get(i).runs()) {
                stopForAWhile(former.get(i));
            }
        }
        replace(former, coming);
        coming.stream().filter(slot -> staying.contains(slot.name)).forEach(this::unload);
        startAll(coming.stream().filter(slot -> !staying.contains(slot.name)).toList());
        return coming.stream()
                .filter(slot -> slot.name.equals(asked.name))
                .findFirst()
                .orElse(coming.get(0))
                .info();
    }

    private void replace(List<Slot> former, List<Slot> coming) {
        for (Slot next : coming) {
            former.stream().filter(slot -> slot.name.equals(next.name)).forEach(slot -> next.standIn = slot.standIn);
        }
        List<Slot> all = new ArrayList<>(slots);
        all.removeAll(former);
        all.addAll(coming);
        slots = inOrder(all);
        replaceHooks();
        tell();
    }

    /** What is now in the place of a slot. Nothing has been changed if it cannot be used. */
    private List<Slot> open(Slot asked) {
        Bundle fresh = open(asked.source);
        try {
            checkUnused(fresh, asked.source);
            if (!asked.isUnknown() && !fresh.plugins().containsKey(asked.name)) {
                throw new PluginFailed("The plugin '" + asked.name + "' is no longer in " + asked.source + ".", null);
            }
        } catch (PluginFailed failed) {
            fresh.close();
            throw failed;
        }
        return fresh.plugins().keySet().stream()
                .map(name -> Slot.of(asked.source, name, fresh))
                .toList();
    }

    /** Starts one after the other, whatever becomes of those before. */
    private void startAll(List<Slot> coming) {
        PluginFailed first = null;
        for (Slot slot : coming) {
            try {
                start(slot);
            } catch (PluginFailed failed) {
                log.error("A plugin was not reloaded. {}", failed.getMessage(), failed.getCause());
                first = first == null ? failed : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void load(Slot slot) {
        for (Slot sibling : slots) {
            Loaded present = sibling.loaded;
            if (present != null && sibling.source.equals(slot.source)) {
                present.bundle().renew();
                slot.loaded = new Loaded(present.bundle().take(slot.name), present.bundle());
                return;
            }
        }
        Bundle bundle = open(slot.source);
        try {
            slot.loaded = new Loaded(bundle.take(slot.name), bundle);
        } finally {
            bundle.closeIfUnused();
        }
    }

    private void unload(Slot slot) {
        Loaded loaded = slot.loaded;
        if (loaded != null) {
            slot.loaded = null;
            loaded.bundle().release(around.forget());
        }
    }

    /** Starts one that is loaded. If it does not start it is no longer loaded. */
    private void start(Slot slot) {
        Loaded loaded = Objects.requireNonNull(slot.loaded);
        slot.become(PluginState.STARTING);
        tell();
        try {
            slot.hooks = PluginThread.call(
                    "start " + slot.name,
                    loaded.bundle().loader(),
                    settings.startTimeout(),
                    () -> started(slot.name, loaded.plugin()),
                    late -> stopLate(slot.name, loaded));
        } catch (PluginThread.Failed failed) {
            fail(slot, failed);
            if (failed.getCause() instanceof TimeoutException) {
                slot.loaded = null; // Its thread may need its classes to come to an end.
            }
            unload(slot);
            throw new PluginFailed("The plugin " + slot + " did not start: " + Words.ending(failed), failed.getCause());
        }
        try {
            replaceHooks();
        } catch (IllegalArgumentException twice) {
            slot.hooks = null;
            stopCode(slot.name, loaded);
            fail(slot, twice);
            unload(slot);
            throw new PluginFailed("The plugin " + slot + " did not start: " + Words.ending(twice), twice);
        }
        slot.standIn = null;
        slot.become(PluginState.RUNNING);
        tell();
        log.info("The plugin {} runs", slot);
    }

    private void fail(Slot slot, Throwable failure) {
        slot.fail(Words.of(failure));
        tell();
    }

    /** On a thread of the plugin's. */
    private Hooks.Owned started(String name, Plugin plugin) {
        return Hooks.register(name, registry -> {
            StartContext context = new StartContext(name, registry, around.admin(), choice.configuration());
            try {
                plugin.start(context);
                if (context.isConfiguredInVain()) {
                    plugin.stop();
                    throw new PluginFailed("there are settings for it, but it takes none", null);
                }
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Exception failure) {
                throw new CompletionException(failure);
            }
        });
    }

    /** It has started after all, when nobody waited for it any more. On a thread of the plugin's. */
    private void stopLate(String name, Loaded loaded) {
        log.warn("The plugin {} has started too late, and is stopped", name);
        try {
            loaded.plugin().stop();
        } catch (Throwable failure) { // Whatever it is, it is over.
            log.error("The plugin {} did not stop", name, failure);
        }
        changes.execute(() -> loaded.bundle().release(around.forget()));
    }

    private void stop(Slot slot, boolean loopsRun) {
        stop(slot, loopsRun, null);
    }

    /** Stops one that is about to come back, and lets nobody through meanwhile. */
    private void stopForAWhile(Slot slot) {
        stop(slot, true, Hooks.closedFor(Objects.requireNonNull(slot.hooks)));
    }

    private void stop(Slot slot, boolean loopsRun, Hooks.@Nullable Owned standIn) {
        Loaded loaded = Objects.requireNonNull(slot.loaded);
        Hooks.Owned hooks = Objects.requireNonNull(slot.hooks);
        slot.become(PluginState.STOPPING);
        slot.hooks = null;
        slot.standIn = standIn;
        tell();
        replaceHooks();
        if (loopsRun) {
            awaitQuiet(slot, hooks);
        }
        stopCode(slot.name, loaded);
        unload(slot);
        slot.become(PluginState.DISABLED);
        tell();
        log.info("The plugin {} has stopped", slot);
    }

    private void awaitQuiet(Slot slot, Hooks.Owned hooks) {
        try {
            around.hooks()
                    .quietAsync(hooks, around.loops())
                    .toCompletableFuture()
                    .get(settings.stopTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | RejectedExecutionException busy) {
            log.error("Hooks of the plugin {} are still called after {}", slot, settings.stopTimeout());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopCode(String name, Loaded loaded) {
        try {
            PluginThread.call(
                    "stop " + name,
                    loaded.bundle().loader(),
                    settings.stopTimeout(),
                    () -> {
                        loaded.plugin().stop();
                        return name;
                    },
                    late -> log.warn("The plugin {} has stopped after all", name));
        } catch (PluginThread.Failed failed) {
            log.error("The plugin {} did not stop: {}", name, Words.of(failed), failed.getCause());
        }
    }

    private void replaceHooks() {
        around.hooks()
                .replace(Stream.concat(
                                slots.stream()
                                        .map(slot -> slot.hooks == null ? slot.standIn : slot.hooks)
                                        .filter(Objects::nonNull),
                                Stream.of(around.embedder()))
                        .toList());
    }
}
