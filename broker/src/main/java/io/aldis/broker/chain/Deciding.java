package io.aldis.broker.chain;

import io.aldis.broker.chain.Asked.Question;
import io.aldis.broker.loop.Timer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One place where hooks decide: asks one after the other, the outermost first, until one has the last word.
 *
 * <p>A question is asked, and answered, on the loop of who asks; hooks may answer from anywhere. One that throws, answers null or
 * answers too late has said no.
 *
 * @param <E> what is asked about
 * @param <A> what is answered
 */
public final class Deciding<E, A> {

    private final HookThreads threads;
    private final BiPredicate<E, A> goesOn;
    private final Function<E, A> unopposed;
    private final A denied;
    private volatile List<Asked<E, A>> chain = List.of();

    /**
     * @param goesOn takes an answer to heart, and tells whether the next hook is to be asked; throws if the answer makes no sense
     * @param unopposed what is answered when all have been asked and none had the last word
     * @param denied what is answered when a hook fails
     */
    Deciding(HookThreads threads, BiPredicate<E, A> goesOn, Function<E, A> unopposed, A denied) {
        this.threads = threads;
        this.goesOn = goesOn;
        this.unopposed = unopposed;
        this.denied = denied;
    }

    void replace(List<Asked<E, A>> hooks) {
        chain = List.copyOf(hooks);
    }

    /** Whether there is anybody to ask. Callable from any thread. */
    public boolean any() {
        return !chain.isEmpty();
    }

    /** The same, of these owners; of all if there are none. */
    public boolean any(Set<String> owners) {
        return !of(owners).isEmpty();
    }

    private List<Asked<E, A>> of(Set<String> owners) {
        List<Asked<E, A>> all = chain;
        return owners.isEmpty()
                ? all
                : all.stream().filter(hook -> owners.contains(hook.set().owner)).toList();
    }

    /** As {@link #decide(Object, Asker, Consumer)}, but asks those of these owners only; all if there are none. */
    public boolean decide(Set<String> owners, E event, Asker asker, Consumer<A> then) {
        return decide(of(owners), event, asker, then);
    }

    /**
     * Asks all; {@code then} hears what was decided, on the loop of {@code asker}: before this returns if all answer at once.
     *
     * @return whether {@code then} has been run; if not, {@code asker} is held until it has
     */
    public boolean decide(E event, Asker asker, Consumer<A> then) {
        return decide(chain, event, asker, then);
    }

    private boolean decide(List<Asked<E, A>> hooks, E event, Asker asker, Consumer<A> then) {
        boolean decided = ask(hooks, 0, event, asker, then);
        if (!decided) {
            asker.hold();
        }
        return decided;
    }

    /**
     * Asks all if each of them answers at once, as most do: what {@link #decide} does, at less cost.
     *
     * @return what was decided; null if one may answer later, and nobody has been asked
     */
    public @Nullable A decideAtOnce(E event) {
        List<Asked<E, A>> hooks = chain;
        for (int i = 0; i < hooks.size(); i++) {
            if (!hooks.get(i).answersAtOnce()) {
                return null;
            }
        }
        return decideNow(hooks, event);
    }

    /** Asks hooks that cannot answer later; answers what was decided. */
    public A decideNow(E event) {
        return decideNow(chain, event);
    }

    private A decideNow(List<Asked<E, A>> hooks, E event) {
        for (int i = 0; i < hooks.size(); i++) {
            Asked<E, A> hook = hooks.get(i);
            A answer = hook.ask(event, threads.nanoTime(), threads.loopLimitNanos());
            A verdict = verdict(hook, event, answer);
            if (verdict != null) {
                return verdict;
            }
        }
        return unopposed.apply(event);
    }

    private boolean ask(List<Asked<E, A>> hooks, int from, E event, Asker asker, Consumer<A> then) {
        for (int i = from; i < hooks.size(); i++) {
            Asked<E, A> hook = hooks.get(i);
            A answer;
            if (hook.answersAtOnce()) {
                answer = hook.ask(event, threads.nanoTime(), threads.loopLimitNanos());
            } else {
                Question<A> question =
                        hook.askLater(event, threads.blocking(), threads.nanoTime(), threads.loopLimitNanos());
                if (!question.answer().isDone()) {
                    new Waiting(hooks, i, event, asker, then, question).begin();
                    return false;
                }
                answer = answered(hook, question.answer());
            }
            A verdict = verdict(hook, event, answer);
            if (verdict != null) {
                then.accept(verdict);
                return true;
            }
        }
        then.accept(unopposed.apply(event));
        return true;
    }

    /** The answer of one that is done, null if it failed. */
    private @Nullable A answered(Asked<E, A> hook, CompletableFuture<@Nullable A> done) {
        if (done.isCompletedExceptionally()) {
            done.whenComplete((said, failure) -> hook.figures().failed("failed", failure, threads.nanoTime()));
            return null;
        }
        A answer = done.getNow(null);
        if (answer == null) {
            hook.figures().failed("answered null", null, threads.nanoTime());
        }
        return answer;
    }

    /** The last word, if that is what the answer is; null if the next one is to be asked. */
    private @Nullable A verdict(Asked<E, A> hook, E event, @Nullable A answer) {
        if (answer == null) {
            return denied;
        }
        try {
            return goesOn.test(event, answer) ? null : answer;
        } catch (RuntimeException nonsense) {
            hook.figures().failed("answered what cannot be", nonsense, threads.nanoTime());
            return denied;
        }
    }

    /** A question that was not answered at once. Confined to the asker's loop, but for the answer itself. */
    private final class Waiting {
        private final List<Asked<E, A>> hooks;
        private final int index;
        private final E event;
        private final Asker asker;
        private final Consumer<A> then;
        private final Question<A> question;
        private @Nullable Timer timer;
        private boolean over;

        Waiting(List<Asked<E, A>> hooks, int index, E event, Asker asker, Consumer<A> then, Question<A> question) {
            this.hooks = hooks;
            this.index = index;
            this.event = event;
            this.asker = asker;
            this.then = then;
            this.question = question;
        }

        void begin() {
            hook().set().enter();
            timer = asker.loop().schedule(() -> asker.onItsLoopAsync(this::late), threads.decisionTimeout());
            question.answer().whenComplete((answer, failure) -> asker.onItsLoopAsync(() -> come(answer, failure)));
        }

        private Asked<E, A> hook() {
            return hooks.get(index);
        }

        private void late() {
            if (!over) {
                hook().figures().failed("gave no answer within " + threads.decisionTimeout(), null, threads.nanoTime());
                question.giveUp();
                goOn(null);
            }
        }

        private void come(@Nullable A answer, @Nullable Throwable failure) {
            if (over) {
                return;
            }
            if (failure != null) {
                hook().figures().failed("failed", failure, threads.nanoTime());
            } else if (answer == null) {
                hook().figures().failed("answered null", null, threads.nanoTime());
            }
            goOn(failure == null ? answer : null);
        }

        private void goOn(@Nullable A answer) {
            over = true;
            if (timer != null) {
                timer.cancel();
            }
            hook().set().leave();
            A verdict = verdict(hook(), event, answer);
            if (verdict != null) {
                then.accept(verdict);
                asker.goOn();
            } else if (ask(hooks, index + 1, event, asker, then)) {
                asker.goOn();
            }
        }
    }
}
