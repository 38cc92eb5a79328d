package io.aldis.broker.metric;

/** Hears of every message that did not reach a receiver. */
@FunctionalInterface
public interface DropListener {

    /**
     * A message was dropped and has been counted. Called on whichever of the broker's threads dropped it, by several at once: it must
     * be quick and must not wait. What it throws is logged once in a while and hurts nobody.
     */
    void dropped(Drop drop);
}
