package io.aldis.broker.hook;

/**
 * Names a value in {@link Attributes}, and says of what type it is. Two keys are never the same, whatever their names: keep yours in
 * a constant.
 *
 * @param <T> what is kept under it
 */
public final class AttributeKey<T> {

    private final String name;
    private final Class<T> type;

    private AttributeKey(String name, Class<T> type) {
        this.name = name;
        this.type = type;
    }

    /** A new key. The name is for people; the type is that of the values. */
    public static <T> AttributeKey<T> of(String name, Class<T> type) {
        return new AttributeKey<>(name, type);
    }

    T cast(Object value) {
        return type.cast(value);
    }

    @Override
    public String toString() {
        return name;
    }
}
