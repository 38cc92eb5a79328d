package io.aldis.codec;

/**
 * Topic names seen before, so that a repeated one costs neither a check nor a string. For one thread.
 */
public final class TopicCache {
    /** A cache of about this many topics, none longer than this many bytes. */
    public TopicCache(int entries, int maximumTopicLength) {
        Check.range(entries, 1, 1 << 20, "entries");
        Check.range(maximumTopicLength, 1, Check.MAXIMUM_TWO_BYTES, "maximum topic length");
    }
}
