package io.aldis.broker.hook;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Names a value in {@link Attributes}, and says of what type it is. Two keys are never the same, whatever their names: keep yours in
 * a constant.
 *
 * @param <T> what is kept under it
 */
public final class AttributeKey<T> {

    private static final StackWalker CALLERS = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private final String name;
    private final Class<T> type;

    /** That of the class that made the key: a plugin's values go with the plugin. */
    private final WeakReference<@Nullable ClassLoader> maker;

    private AttributeKey(String name, Class<T> type, @Nullable ClassLoader maker) {
        this.name = name;
        this.type = type;
        this.maker = new WeakReference<>(maker);
    }

    /** A new key. The name is for people; the type is that of the values. */
    public static <T> AttributeKey<T> of(String name, Class<T> type) {
        return new AttributeKey<>(name, type, CALLERS.getCallerClass().getClassLoader());
    }

    boolean isOf(ClassLoader loader) {
        return maker.refersTo(loader) || type.getClassLoader() == loader;
    }

    T cast(Object value) {
        return type.cast(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
