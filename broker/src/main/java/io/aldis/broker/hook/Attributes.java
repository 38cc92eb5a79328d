package io.aldis.broker.hook;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What hooks remember: about one event while it passes along their chain ({@link HookEvent#context()}), about a connection
 * ({@link Client#attributes()}) or about a session ({@link Client#sessionAttributes()}).
 *
 * <p>Callable from any thread. Kept in memory only, and gone with what it belongs to; what a plugin keeps under keys of its own
 * goes also when the plugin is disabled.
 */
public final class Attributes {

    /** Made when it is needed: most connections and sessions are remembered nothing of. */
    private volatile @Nullable ConcurrentMap<AttributeKey<?>, Object> values;

    /** Nothing remembered yet. */
    public Attributes() {}

    private ConcurrentMap<AttributeKey<?>, Object> values() {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        return present == null ? firstValues() : present;
    }

    private synchronized ConcurrentMap<AttributeKey<?>, Object> firstValues() {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        if (present == null) {
            present = new ConcurrentHashMap<>(4);
            values = present;
        }
        return present;
    }

    /** What is kept under a key; null if nothing is. */
    public <T> @Nullable T get(AttributeKey<T> key) {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        Object value = present == null ? null : present.get(key);
        return value == null ? null : key.cast(value);
    }

    /** What is kept under a key, or else {@code other}. */
    public <T> T get(AttributeKey<T> key, T other) {
        T value = get(key);
        return value == null ? other : value;
    }

    /** Keeps a value; answers the former one, or null. */
    public <T> @Nullable T put(AttributeKey<T> key, T value) {
        Object former = values().put(key, value);
        return former == null ? null : key.cast(former);
    }

    /** What is kept under a key, made and kept now if there is nothing yet. */
    public <T> T computeIfAbsent(AttributeKey<T> key, Supplier<T> first) {
        return key.cast(values().computeIfAbsent(key, absent -> first.get()));
    }

    /** Forgets a value; answers it, or null. */
    public <T> @Nullable T remove(AttributeKey<T> key) {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        Object former = present == null ? null : present.remove(key);
        return former == null ? null : key.cast(former);
    }

    /** Forgets what is kept under keys that classes of this loader have made. Called by the broker, when a plugin has gone. */
    public void forget(ClassLoader loader) {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        if (present != null) {
            present.keySet().removeIf(key -> key.isOf(loader));
        }
    }

    /** Whether nothing is kept. */
    public boolean isEmpty() {
        ConcurrentMap<AttributeKey<?>, Object> present = values;
        return present == null || present.isEmpty();
    }
}
