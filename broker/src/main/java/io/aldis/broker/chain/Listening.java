package io.aldis.broker.chain;

import java.util.List;

/**
 * One place where hooks hear: tells them one after the other, the outermost first. Callable from any thread.
 *
 * @param <E> what they hear of
 */
public final class Listening<E> {

    private final HookThreads threads;
    private volatile List<Told<E>> chain = List.of();

    Listening(HookThreads threads) {
        this.threads = threads;
    }

    void replace(List<Told<E>> hooks) {
        chain = List.copyOf(hooks);
    }

    /** Whether there is anybody to tell. */
    public boolean any() {
        return !chain.isEmpty();
    }

    /**
     * Tells all.
     *
     * @param about the client id it is about, or "": hooks that run on threads of their own hear what is about one client in its order
     */
    public void tell(E event, String about) {
        List<Told<E>> hooks = chain;
        for (int i = 0; i < hooks.size(); i++) {
            hooks.get(i).tell(event, about, threads);
        }
    }
}
