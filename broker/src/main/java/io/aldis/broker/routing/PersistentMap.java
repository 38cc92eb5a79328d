package io.aldis.broker.routing;

import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map; a change gives a new map that shares with the old one all but the few nodes on the way to the change.
 *
 * <p><b>Threads</b>: any, without locks; a map never changes after it was made.
 *
 * <p><b>Cost</b>: a hash trie, 32 ways a level. {@code get}, {@code with} and {@code without} look at no more than seven
 * nodes, and a change copies those, whatever the size of the map. Keys with equal hashes, which strangers can make at
 * will, share a {@linkplain CollisionTree balanced tree} ordered by the keys: there every step is logarithmic, and no
 * input makes a map linear. A map of one entry is 64 bytes, of a million 28 bytes an entry, keys and values not counted.
 *
 * <p>The order of {@code forEach} follows the hashes: without meaning, but the same for the same entries, in every JVM.
 */
public final class PersistentMap<K, V> extends HashPart<K, V> {

    /** What a map asks of its keys. Keys that compare as 0 are the same key, and have the same hash. */
    interface Keys<K> {
        int hash(K key);

        int compare(K a, K b);

        /**
         * A few bits that say what is in a value. A map knows those of all its values together, and so does each of its parts, so
         * that a search for a value with certain bits passes over the parts that have none.
         */
        default long marks(Object value) {
            return 0;
        }
    }

    /** Stands for a key in a look-up: compares itself to keys as that key would. */
    interface Probe<K> {
        int compareTo(K key);
    }

    private static final class Natural<K extends Comparable<? super K>> implements Keys<K> {
        @Override
        public int hash(K key) {
            return key.hashCode();
        }

        @Override
        public int compare(K a, K b) {
            return a.compareTo(b);
        }
    }

    private static final int BITS = 5;
    private static final Object[] NO_SLOTS = {};
    private static final PersistentMap<?, ?> EMPTY = empty(new Natural<String>());

    // A map is the root of a trie and any node below it: the entries whose hashes begin alike. Each of the 32 ways on
    // from
    // a node is a bit that stands in one of the two sets, or in neither. The slots hold first the entries in the order
    // of
    // their bits, key by value, then the parts.
    private final Keys<? super K> keys;
    private final int size;
    private final int entryBits;
    private final int partBits;
    private final Object[] slots;
    private final long marks;

    private PersistentMap(Keys<? super K> keys, int size, int entryBits, int partBits, Object[] slots, long marks) {
        this.keys = keys;
        this.size = size;
        this.entryBits = entryBits;
        this.partBits = partBits;
        this.slots = slots;
        this.marks = marks;
    }

    /** A node that has lost something: only a look at all that is left tells its marks. */
    private PersistentMap(Keys<? super K> keys, int size, int entryBits, int partBits, Object[] slots) {
        this.keys = keys;
        this.size = size;
        this.entryBits = entryBits;
        this.partBits = partBits;
        this.slots = slots;
        long all = 0;
        int entries = 2 * Integer.bitCount(entryBits);
        for (int i = 0; i < slots.length; i += i < entries ? 2 : 1) {
            all |= i < entries ? keys.marks(slots[i + 1]) : part(i).marks();
        }
        this.marks = all;
    }

    /** The empty map of keys in their natural order, which must agree with {@code equals}. */
    @SuppressWarnings("unchecked") // it holds no key
    public static <K extends Comparable<? super K>, V> PersistentMap<K, V> empty() {
        return (PersistentMap<K, V>) EMPTY;
    }

    /** An empty map of keys that are told apart in another way. */
    static <K, V> PersistentMap<K, V> empty(Keys<? super K> keys) {
        return new PersistentMap<>(keys, 0, 0, 0, NO_SLOTS);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    long marks() {
        return marks;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public @Nullable V get(K key) {
        return find(keys.hash(key), other -> keys.compare(key, other));
    }

    /** This map with the value for the key: itself if it has an equal one already. */
    public PersistentMap<K, V> with(K key, V value) {
        return with(key, value, spread(keys.hash(key)), 0);
    }

    /** This map without the key: itself if it has none. */
    public PersistentMap<K, V> without(K key) {
        return without(key, spread(keys.hash(key)), 0);
    }

    /** Calls for each entry. */
    @Override
    public void forEach(BiConsumer<? super K, ? super V> entry) {
        forEachShallow(entry, part -> part.forEach(entry));
    }

    /** Calls for each entry in this node, and for each part below it; no recursion, so that a walk can take small steps. */
    void forEachShallow(BiConsumer<? super K, ? super V> entry, Consumer<PersistentMap<K, V>> part) {
        int entries = 2 * Integer.bitCount(entryBits);
        for (int i = 0; i < entries; i += 2) {
            entry.accept(key(i), value(i));
        }
        for (int i = entries; i < slots.length; i++) {
            if (part(i) instanceof PersistentMap<K, V> map) {
                part.accept(map);
            } else {
                part(i).forEach(entry);
            }
        }
    }

    /**
     * The value of the key that the probe compares to as 0: a look-up that needs no key at hand.
     *
     * @param hash what {@link Keys#hash} gives for that key
     */
    @Override
    @Nullable
    V find(int hash, Probe<? super K> probe) {
        PersistentMap<K, V> map = this;
        for (int bits = spread(hash); ; bits >>>= BITS) {
            int bit = 1 << bits;
            if ((map.entryBits & bit) != 0) {
                int at = map.entryAt(bit);
                return probe.compareTo(map.key(at)) == 0 ? map.value(at) : null;
            }
            if ((map.partBits & bit) == 0) {
                return null;
            }
            HashPart<K, V> part = map.part(map.partAt(bit));
            if (!(part instanceof PersistentMap<K, V> deeper)) {
                return part.find(hash, probe);
            }
            map = deeper;
        }
    }

    @Override
    PersistentMap<K, V> with(K key, V value, int hash, int shift) {
        int bit = 1 << (hash >>> shift);
        if ((entryBits & bit) != 0) {
            int at = entryAt(bit);
            if (keys.compare(key, key(at)) == 0) {
                return value.equals(value(at)) ? this : withEntry(at, key, value);
            }
            return withPartForEntry(bit, pair(key(at), value(at), key, value, hash, shift + BITS));
        }
        if ((partBits & bit) != 0) {
            int at = partAt(bit);
            HashPart<K, V> changed = part(at).with(key, value, hash, shift + BITS);
            return changed == part(at) ? this : withPart(at, changed);
        }
        return withNewEntry(bit, key, value);
    }

    @Override
    PersistentMap<K, V> without(K key, int hash, int shift) {
        int bit = 1 << (hash >>> shift);
        if ((entryBits & bit) != 0) {
            int at = entryAt(bit);
            return keys.compare(key, key(at)) == 0 ? withoutEntry(bit) : this;
        }
        if ((partBits & bit) != 0) {
            int at = partAt(bit);
            HashPart<K, V> changed = part(at).without(key, hash, shift + BITS);
            if (changed == part(at)) {
                return this;
            }
            // A part of one entry is never kept, so that a map has one shape, whatever its history.
            return changed.size() == 1 ? withEntryForPart(bit, changed) : withPart(at, changed);
        }
        return this;
    }

    /** Two entries with different keys, from the given bits of their hashes on. */
    private HashPart<K, V> pair(K one, V oneValue, K other, V otherValue, int otherHash, int shift) {
        if (shift >= Integer.SIZE) {
            return new CollisionTree<>(keys, one, oneValue).with(other, otherValue, otherHash, shift);
        }
        int bit = 1 << (spread(keys.hash(one)) >>> shift);
        PersistentMap<K, V> alone =
                new PersistentMap<>(keys, 1, bit, 0, new Object[] {one, oneValue}, keys.marks(oneValue));
        return alone.with(other, otherValue, otherHash, shift);
    }

    @Override
    K firstKey() {
        return key(0);
    }

    @Override
    V firstValue() {
        return value(0);
    }

    // One method for each way in which a node differs from the one it is copied from.

    private PersistentMap<K, V> withEntry(int at, K key, V value) {
        Object[] copy = slots.clone();
        copy[at] = key;
        copy[at + 1] = value;
        return replaced(size, copy, keys.marks(value(at)), keys.marks(value));
    }

    private PersistentMap<K, V> withNewEntry(int bit, K key, V value) {
        int at = entryAt(bit);
        Object[] copy = new Object[slots.length + 2];
        System.arraycopy(slots, 0, copy, 0, at);
        copy[at] = key;
        copy[at + 1] = value;
        System.arraycopy(slots, at, copy, at + 2, slots.length - at);
        return new PersistentMap<>(keys, size + 1, entryBits | bit, partBits, copy, marks | keys.marks(value));
    }

    private PersistentMap<K, V> withoutEntry(int bit) {
        if (size == 1) {
            return nothing();
        }
        int at = entryAt(bit);
        Object[] copy = new Object[slots.length - 2];
        System.arraycopy(slots, 0, copy, 0, at);
        System.arraycopy(slots, at + 2, copy, at, copy.length - at);
        return new PersistentMap<>(keys, size - 1, entryBits & ~bit, partBits, copy);
    }

    private PersistentMap<K, V> withPart(int at, HashPart<K, V> part) {
        Object[] copy = slots.clone();
        copy[at] = part;
        return replaced(size - part(at).size() + part.size(), copy, part(at).marks(), part.marks());
    }

    /** This with other slots, of which one had the marks {@code before} and has the marks {@code after}. */
    private PersistentMap<K, V> replaced(int newSize, Object[] newSlots, long before, long after) {
        return (before & ~after) == 0
                ? new PersistentMap<>(keys, newSize, entryBits, partBits, newSlots, marks | after)
                : new PersistentMap<>(keys, newSize, entryBits, partBits, newSlots);
    }

    private PersistentMap<K, V> withPartForEntry(int bit, HashPart<K, V> part) {
        int entry = entryAt(bit);
        int at = partAt(bit) - 2;
        Object[] copy = new Object[slots.length - 1];
        System.arraycopy(slots, 0, copy, 0, entry);
        System.arraycopy(slots, entry + 2, copy, entry, at - entry);
        copy[at] = part;
        System.arraycopy(slots, at + 2, copy, at + 1, slots.length - at - 2);
        return new PersistentMap<>(
                keys, size - 1 + part.size(), entryBits & ~bit, partBits | bit, copy, marks | part.marks());
    }

    private PersistentMap<K, V> withEntryForPart(int bit, HashPart<K, V> part) {
        int entry = entryAt(bit);
        int at = partAt(bit);
        Object[] copy = new Object[slots.length + 1];
        System.arraycopy(slots, 0, copy, 0, entry);
        copy[entry] = part.firstKey();
        copy[entry + 1] = part.firstValue();
        System.arraycopy(slots, entry, copy, entry + 2, at - entry);
        System.arraycopy(slots, at + 1, copy, at + 2, slots.length - at - 1);
        return new PersistentMap<>(keys, size - part(at).size() + 1, entryBits | bit, partBits & ~bit, copy);
    }

    @SuppressWarnings("unchecked") // it holds no key
    private PersistentMap<K, V> nothing() {
        return keys == EMPTY.keys ? (PersistentMap<K, V>) EMPTY : empty(keys);
    }

    private int entryAt(int bit) {
        return 2 * Integer.bitCount(entryBits & (bit - 1));
    }

    private int partAt(int bit) {
        return 2 * Integer.bitCount(entryBits) + Integer.bitCount(partBits & (bit - 1));
    }

    @SuppressWarnings("unchecked") // where keys stand in the slots
    private K key(int at) {
        return (K) slots[at];
    }

    @SuppressWarnings("unchecked") // where values stand in the slots
    private V value(int at) {
        return (V) slots[at + 1];
    }

    @SuppressWarnings("unchecked") // where parts stand in the slots
    private HashPart<K, V> part(int at) {
        return (HashPart<K, V>) slots[at];
    }

    /** Brings all bits of a hash to bear on the lowest, which are used first. One-to-one: it makes no collisions. */
    private static int spread(int hash) {
        int bits = (hash ^ (hash >>> 16)) * 0x7feb352d;
        bits = (bits ^ (bits >>> 15)) * 0x846ca68b;
        return bits ^ (bits >>> 16);
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        forEach((key, value) -> text.add(key + "=" + value));
        return text.toString();
    }
}
