package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.admin.HookUse;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each deciding hook, in each way to answer and to fail: nothing falls open, and what is refused leaves no trace. */
class HookFailureTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MOMENT = Duration.ofMillis(1);

    @RegisterExtension
    final HookLog log = new HookLog();

    @ParameterizedTest
    @MethodSource("failures")
    void aHookThatFailsHasSaidNoAndNobodyElseIsAsked(Where where, Failure failure, boolean lateLedger) {
        Place<?, ?> place = where.place();
        Door door = new Door();
        try (VirtualBroker broker = broker(place, failure, door, lateLedger)) {
            Scene scene = new Scene(broker, door);
            failure.prepare(broker);
            Visit visit = place.come(scene);
            failure.happen(broker, door);
            door.armed = false;
            visit.denied();
            assertThat(door.nextAsked).as("times the next hook was asked").isZero();
            assertThat(broker.hooks().uses())
                    .filteredOn(use -> use.owner().equals("first"))
                    .extracting(HookUse::failures)
                    .containsExactly(1L);
            assertThat(log.lines()).hasSize(1).first().asString().contains(where.hook + " of first");
        }
    }

    private static Stream<Arguments> failures() {
        return each(
                Where.values(),
                Failure.values(),
                (where, failure, late) -> !(late && failure == Failure.GETS_NO_THREAD));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerCountsHoweverItComes(Where where, Answering answering, boolean lateLedger) {
        Place<?, ?> place = where.place();
        Door door = new Door();
        try (VirtualBroker broker = broker(place, answering, door, lateLedger)) {
            Scene scene = new Scene(broker, door);
            Visit visit = place.come(scene);
            answering.happen(broker, door);
            door.armed = false;
            visit.letThrough();
            assertThat(door.nextAsked).as("times the next hook was asked").isEqualTo(1);
            assertThat(broker.hooks().uses()).extracting(HookUse::failures).containsOnly(0L);
        }
    }

    private static Stream<Arguments> answers() {
        return each(Where.values(), Answering.values(), (where, answering, late) -> true);
    }

    @ParameterizedTest
    @MethodSource("visits")
    void anAnswerThatComesWhenTheClientIsGoneChangesNothing(Where where, boolean lateLedger) {
        Place<?, ?> place = where.place();
        Door door = new Door();
        try (VirtualBroker broker = broker(place, Answering.LATER_ON_ANOTHER_THREAD, door, lateLedger)) {
            Scene scene = new Scene(broker, door);
            Visit visit = place.come(scene);
            visit.leave();
            Answering.LATER_ON_ANOTHER_THREAD.happen(broker, door);
            door.armed = false;
            visit.leftNoTrace();
            assertThat(broker.hooks().uses()).extracting(HookUse::failures).containsOnly(0L);
        }
    }

    @ParameterizedTest
    @MethodSource("visits")
    void oneThatNeverAnswersIsForgottenWhenTheClientIsGone(Where where, boolean lateLedger) {
        Place<?, ?> place = where.place();
        Door door = new Door();
        try (VirtualBroker broker = broker(place, Failure.ANSWERS_TOO_LATE, door, lateLedger)) {
            Scene scene = new Scene(broker, door);
            Visit visit = place.come(scene);
            visit.leave();
            Failure.ANSWERS_TOO_LATE.happen(broker, door);
            door.armed = false;
            visit.leftNoTrace();
        }
    }

    private static Stream<Arguments> visits() {
        return Arrays.stream(Where.values())
                .filter(where -> where != Where.ON_WILL_PUBLISH)
                .flatMap(where -> Stream.of(Arguments.of(where, false), Arguments.of(where, true)));
    }

    private interface Choice<W> {
        boolean test(Where where, W way, boolean lateLedger);
    }

    private static <W> Stream<Arguments> each(Where[] places, W[] ways, Choice<W> choice) {
        return Arrays.stream(places)
                .flatMap(where -> Arrays.stream(ways)
                        .flatMap(way -> Stream.of(false, true)
                                .filter(late -> choice.test(where, way, late))
                                .map(late -> Arguments.of(where, way, late))));
    }

    private static <E, A> VirtualBroker broker(Place<E, A> place, Way way, Door door, boolean lateLedger) {
        return VirtualBroker.of(
                new VirtualLoops(2, 1),
                Settings.defaults().withHook(hook -> hook.withDecisionTimeout(TIMEOUT)),
                lateLedger,
                List.of(
                        new Owner("first", hooks -> way.register(place, hooks, door)),
                        new Owner(
                                "next",
                                hooks -> place.now(hooks, event -> {
                                    if (door.asksAbout(place, event)) {
                                        door.nextAsked++;
                                    }
                                    return place.yes(event);
                                }))));
    }

    /** How a hook answers, once the door is armed; before, and about other things, it says yes. */
    private interface Way {
        <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door);
    }

    private enum Failure implements Way {
        THROWS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks, door.now(place, event -> {
                    throw new IllegalStateException("broken");
                }));
            }
        },
        THROWS_AN_ERROR {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks, door.now(place, event -> {
                    throw new NoClassDefFoundError("a library");
                }));
            }
        },
        ANSWERS_NULL {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks, door.now(place, event -> null));
            }
        },
        THROWS_WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                THROWS.register(place, hooks.blocking(), door);
            }
        },
        ANSWERS_NULL_WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                ANSWERS_NULL.register(place, hooks.blocking(), door);
            }
        },
        GETS_NO_THREAD {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks.blocking(), event -> place.yes(event));
            }

            @Override
            void prepare(VirtualBroker broker) {
                broker.loops().hold(broker.loops().background());
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.pass(TIMEOUT);
                broker.loops().free(broker.loops().background());
                broker.settle();
            }
        },
        THROWS_INSTEAD_OF_PROMISING {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, door.later(place, event -> {
                    throw new IllegalStateException("broken");
                }));
            }
        },
        PROMISES_NULL {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, door.later(place, event -> null));
            }
        },
        PROMISES_NULL_WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                PROMISES_NULL.register(place, hooks.blocking(), door);
            }
        },
        PROMISE_IS_BROKEN_ALREADY {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(
                        hooks, door.later(place, event -> CompletableFuture.failedFuture(new IOException("no table"))));
            }
        },
        STAGE_HAS_FAILED_ALREADY {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(
                        hooks, door.later(place, event -> CompletableFuture.failedStage(new IOException("no table"))));
            }
        },
        PROMISE_HOLDS_NULL_ALREADY {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, door.later(place, event -> CompletableFuture.<@Nullable A>completedFuture(null)));
            }
        },
        PROMISE_IS_BROKEN_LATER {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, door.later(place, event -> door.promise(place, event)));
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.loops().background().execute(door.question().fail);
                broker.settle();
            }
        },
        PROMISE_HOLDS_NULL_LATER {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                PROMISE_IS_BROKEN_LATER.register(place, hooks, door);
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.loops().background().execute(door.question().nothing);
                broker.settle();
            }
        },
        ANSWERS_TOO_LATE {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                PROMISE_IS_BROKEN_LATER.register(place, hooks, door);
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.pass(TIMEOUT);
                broker.loops().background().execute(door.question().yes);
                broker.settle();
            }
        },
        ANSWERS_TOO_LATE_WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                PROMISE_IS_BROKEN_LATER.register(place, hooks.blocking(), door);
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                ANSWERS_TOO_LATE.happen(broker, door);
            }
        };

        void prepare(VirtualBroker broker) {}

        void happen(VirtualBroker broker, Door door) {
            broker.settle();
        }
    }

    private enum Answering implements Way {
        AT_ONCE {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks, place::yes);
            }
        },
        WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.now(hooks.blocking(), place::yes);
            }
        },
        BY_A_PROMISE_KEPT_ALREADY {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, event -> CompletableFuture.completedFuture(place.yes(event)));
            }
        },
        BY_A_STAGE_DONE_ALREADY {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, event -> CompletableFuture.completedStage(place.yes(event)));
            }
        },
        BY_A_STAGE_DONE_ALREADY_WHERE_IT_BLOCKS {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                BY_A_STAGE_DONE_ALREADY.register(place, hooks.blocking(), door);
            }
        },
        LATER_ON_ANOTHER_THREAD {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(hooks, door.later(place, event -> door.promise(place, event)));
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.loops().background().execute(door.question().yes);
                broker.settle();
            }
        },
        LATER_BY_A_STAGE {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                place.later(
                        hooks,
                        door.later(place, event -> door.promise(place, event).minimalCompletionStage()));
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                LATER_ON_ANOTHER_THREAD.happen(broker, door);
            }
        },
        LATER_ON_ANOTHER_LOOP {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                LATER_ON_ANOTHER_THREAD.register(place, hooks, door);
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.loops().all().forEach(loop -> loop.execute(door.question().yes));
                broker.settle();
            }
        },
        JUST_IN_TIME {
            @Override
            public <E, A> void register(Place<E, A> place, HookRegistry hooks, Door door) {
                LATER_ON_ANOTHER_THREAD.register(place, hooks.blocking(), door);
            }

            @Override
            void happen(VirtualBroker broker, Door door) {
                broker.pass(TIMEOUT.minus(MOMENT));
                LATER_ON_ANOTHER_THREAD.happen(broker, door);
                broker.pass(TIMEOUT);
            }
        };

        void happen(VirtualBroker broker, Door door) {
            broker.settle();
        }
    }

    /** What the tests and their hooks know of each other. */
    private static final class Door {
        private boolean armed;
        private int nextAsked;
        private @Nullable Question question;

        private record Question(Runnable yes, Runnable nothing, Runnable fail) {}

        Question question() {
            assertThat(question).as("question that was asked").isNotNull();
            return question;
        }

        <E, A> boolean asksAbout(Place<E, A> place, E event) {
            return armed && place.concerns(event);
        }

        <E, A> Function<E, @Nullable A> now(Place<E, A> place, Function<E, @Nullable A> hook) {
            return event -> asksAbout(place, event) ? hook.apply(event) : place.yes(event);
        }

        <E, A> Function<E, @Nullable CompletionStage<? extends A>> later(
                Place<E, A> place, Function<E, @Nullable CompletionStage<? extends A>> hook) {
            return event ->
                    asksAbout(place, event) ? hook.apply(event) : CompletableFuture.completedFuture(place.yes(event));
        }

        <E, A> CompletableFuture<A> promise(Place<E, A> place, E event) {
            CompletableFuture<A> answer = new CompletableFuture<>();
            question = new Question(
                    () -> answer.complete(place.yes(event)),
                    () -> complete(answer, null),
                    () -> answer.completeExceptionally(new IOException("no table")));
            return answer;
        }

        @SuppressWarnings("NullAway") // What hooks do that are not checked.
        private static <A> void complete(CompletableFuture<A> answer, @Nullable A with) {
            answer.complete(with);
        }
    }

    /** Somebody comes to a place where hooks decide. */
    private interface Visit {
        void denied();

        void letThrough();

        /** The client goes while it is being decided. */
        void leave();

        void leftNoTrace();
    }

    /** A place where hooks decide. */
    private abstract static class Place<E, A> {
        abstract void now(HookRegistry hooks, Function<E, @Nullable A> hook);

        abstract void later(HookRegistry hooks, Function<E, @Nullable CompletionStage<? extends A>> hook);

        abstract A yes(E event);

        boolean concerns(E event) {
            return true;
        }

        abstract Visit come(Scene scene);
    }

    private enum Where {
        ON_ACCEPT("OnAccept"),
        ON_CONNECT("OnConnect"),
        ON_BASIC_AUTH("OnBasicAuth"),
        AUTHORIZER_OF_A_WILL("Authorizer"),
        AUTHORIZER_OF_A_MESSAGE("Authorizer"),
        AUTHORIZER_OF_A_SUBSCRIPTION("Authorizer"),
        ON_SUBSCRIBE("OnSubscribe"),
        ON_UNSUBSCRIBE("OnUnsubscribe"),
        ON_MSG_ARRIVED("OnMsgArrived"),
        ON_WILL_PUBLISH("OnWillPublish");

        private final String hook;

        Where(String hook) {
            this.hook = hook;
        }

        private Place<?, ?> place() {
            return switch (this) {
                case ON_ACCEPT -> new AcceptPlace();
                case ON_CONNECT -> new ConnectPlace();
                case ON_BASIC_AUTH -> new BasicAuthPlace();
                case AUTHORIZER_OF_A_WILL -> new AuthorizerPlace(Authorizer.Action.WILL);
                case AUTHORIZER_OF_A_MESSAGE -> new AuthorizerPlace(Authorizer.Action.PUBLISH);
                case AUTHORIZER_OF_A_SUBSCRIPTION -> new AuthorizerPlace(Authorizer.Action.SUBSCRIBE);
                case ON_SUBSCRIBE -> new SubscribePlace();
                case ON_UNSUBSCRIBE -> new UnsubscribePlace();
                case ON_MSG_ARRIVED -> new ArrivalPlace();
                case ON_WILL_PUBLISH -> new WillPlace();
            };
        }
    }

    /** Somebody watches what is published under {@code watched/}; a visitor comes. */
    private static final class Scene {
        private static final Connect VISITOR = Connect.v5("visitor")
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));

        private final VirtualBroker broker;
        private final Door door;
        private final Client watcher;

        Scene(VirtualBroker broker, Door door) {
            this.broker = broker;
            this.door = door;
            watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
            watcher.send(Subscribe.of(1, "watched/#", Qos.AT_MOST_ONCE));
            watcher.expect(Suback.class);
        }

        /** The visitor's CONNECT has a will, and is not answered at once. */
        Visit connects() {
            door.armed = true;
            Client visitor = broker.openSoon(MqttVersion.V5);
            visitor.send(mortal());
            broker.settle();
            return new Visit() {
                @Override
                public void denied() {
                    assertThat(visitor.expect(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                    assertThat(visitor.closed()).isTrue();
                    leftNoTrace();
                }

                @Override
                public void letThrough() {
                    assertThat(visitor.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                    visitor.drop();
                    assertThat(watcher.received(Publish.class)).as("the will").hasSize(1);
                }

                @Override
                public void leave() {
                    visitor.drop();
                }

                @Override
                public void leftNoTrace() {
                    broker.pass(Duration.ofSeconds(1));
                    assertThat(broker.admin().session("visitor")).isEmpty();
                    assertThat(watcher.received()).as("a will").isEmpty();
                    assertThat(broker.admin().statistics().retained()).isZero();
                }
            };
        }

        Connect mortal() {
            return VISITOR.withCredentials("visitor", Binary.utf8("secret"))
                    .withWill(Will.of("watched/will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)
                            .withRetain(true));
        }

        Visit publishes() {
            Client visitor = broker.connect(VISITOR);
            door.armed = true;
            visitor.send(Publish.qos1("watched/news", Binary.utf8("new"), 1).withRetain(true));
            broker.settle();
            return new Visit() {
                @Override
                public void denied() {
                    assertThat(visitor.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                    leftNoTrace();
                    assertThat(broker.drops())
                            .containsExactly(
                                    new Drop(DropReason.REFUSED, "watched/news", Qos.AT_LEAST_ONCE, "visitor", ""));
                }

                @Override
                public void letThrough() {
                    assertThat(visitor.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                    assertThat(watcher.expect(Publish.class).payload().toUtf8()).isEqualTo("new");
                    assertThat(broker.admin().statistics().retained()).isEqualTo(1);
                }

                @Override
                public void leave() {
                    visitor.drop();
                }

                @Override
                public void leftNoTrace() {
                    assertThat(watcher.received()).isEmpty();
                    assertThat(broker.admin().statistics().retained()).isZero();
                }
            };
        }

        Visit subscribes() {
            Client visitor = broker.connect(VISITOR);
            door.armed = true;
            visitor.send(Subscribe.of(1, "for/visitors", Qos.AT_LEAST_ONCE));
            broker.settle();
            return new Visit() {
                @Override
                public void denied() {
                    assertThat(visitor.expect(Suback.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
                    leftNoTrace();
                    watcher.send(Publish.qos0("for/visitors", Binary.EMPTY));
                    assertThat(visitor.received()).isEmpty();
                }

                @Override
                public void letThrough() {
                    assertThat(visitor.expect(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
                    subscriptionsAre(1);
                }

                @Override
                public void leave() {
                    visitor.drop();
                }

                @Override
                public void leftNoTrace() {
                    subscriptionsAre(0);
                }
            };
        }

        Visit unsubscribes() {
            Client visitor = broker.connect(VISITOR);
            visitor.send(Subscribe.of(1, "for/visitors", Qos.AT_LEAST_ONCE));
            visitor.expect(Suback.class);
            door.armed = true;
            visitor.send(Unsubscribe.of(2, "for/visitors"));
            broker.settle();
            return new Visit() {
                @Override
                public void denied() {
                    assertThat(visitor.expect(Unsuback.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
                    leftNoTrace();
                    watcher.send(Publish.qos0("for/visitors", Binary.EMPTY));
                    visitor.expect(Publish.class);
                }

                @Override
                public void letThrough() {
                    assertThat(visitor.expect(Unsuback.class).reasons()).containsExactly(ReasonCode.SUCCESS);
                    subscriptionsAre(0);
                }

                @Override
                public void leave() {
                    visitor.drop();
                }

                @Override
                public void leftNoTrace() {
                    subscriptionsAre(1);
                }
            };
        }

        private void subscriptionsAre(int many) {
            assertThat(broker.admin().session("visitor"))
                    .map(SessionInfo::subscriptions)
                    .contains(many);
        }
    }

    private static final class AcceptPlace extends Place<OnAccept.Accepting, OnAccept.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnAccept.Accepting, OnAccept.@Nullable Answer> hook) {
            hooks.onAccept(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnAccept.Accepting, @Nullable CompletionStage<? extends OnAccept.Answer>> hook) {
            hooks.onAcceptAsync(hook::apply);
        }

        @Override
        OnAccept.Answer yes(OnAccept.Accepting event) {
            return event.accept();
        }

        @Override
        Visit come(Scene scene) {
            VirtualBroker broker = scene.broker;
            scene.door.armed = true;
            Client visitor = broker.openSoon(MqttVersion.V5);
            visitor.send(scene.mortal());
            broker.settle();
            return new Visit() {
                @Override
                public void denied() {
                    assertThat(visitor.received()).isEmpty();
                    assertThat(visitor.closed()).isTrue();
                    leftNoTrace();
                    assertThat(broker.admin().statistics().connectionsOpen()).isEqualTo(1);
                }

                @Override
                public void letThrough() {
                    assertThat(visitor.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                }

                @Override
                public void leave() {
                    visitor.drop();
                }

                @Override
                public void leftNoTrace() {
                    assertThat(broker.admin().session("visitor")).isEmpty();
                    assertThat(scene.watcher.received()).isEmpty();
                }
            };
        }
    }

    private static final class ConnectPlace extends Place<OnConnect.Connecting, OnConnect.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnConnect.Connecting, OnConnect.@Nullable Answer> hook) {
            hooks.onConnect(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnConnect.Connecting, @Nullable CompletionStage<? extends OnConnect.Answer>> hook) {
            hooks.onConnectAsync(hook::apply);
        }

        @Override
        OnConnect.Answer yes(OnConnect.Connecting event) {
            return event.proceed();
        }

        @Override
        Visit come(Scene scene) {
            return scene.connects();
        }
    }

    private static final AttributeKey<Count> ASKED = AttributeKey.of("asked", Count.class);

    private static final class Count {
        private int count;

        int up() {
            return ++count;
        }
    }

    /** The first passes, the next one accepts. */
    private static final class BasicAuthPlace extends Place<OnBasicAuth.Login, OnBasicAuth.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnBasicAuth.Login, OnBasicAuth.@Nullable Answer> hook) {
            hooks.onBasicAuth(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnBasicAuth.Login, @Nullable CompletionStage<? extends OnBasicAuth.Answer>> hook) {
            hooks.onBasicAuthAsync(hook::apply);
        }

        @Override
        OnBasicAuth.Answer yes(OnBasicAuth.Login event) {
            return event.context().computeIfAbsent(ASKED, Count::new).up() == 1 ? event.pass() : event.accept();
        }

        @Override
        Visit come(Scene scene) {
            return scene.connects();
        }
    }

    /** The first passes, the next one allows. */
    private static final class AuthorizerPlace extends Place<Authorizer.Access, Authorizer.Answer> {
        private final Authorizer.Action action;

        AuthorizerPlace(Authorizer.Action action) {
            this.action = action;
        }

        @Override
        void now(HookRegistry hooks, Function<Authorizer.Access, Authorizer.@Nullable Answer> hook) {
            hooks.authorizer(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<Authorizer.Access, @Nullable CompletionStage<? extends Authorizer.Answer>> hook) {
            hooks.authorizerAsync(hook::apply);
        }

        @Override
        boolean concerns(Authorizer.Access event) {
            return event.action() == action;
        }

        @Override
        Authorizer.Answer yes(Authorizer.Access event) {
            return event.context().computeIfAbsent(ASKED, Count::new).up() == 1 ? event.pass() : event.allow();
        }

        @Override
        Visit come(Scene scene) {
            return switch (action) {
                case WILL -> scene.connects();
                case PUBLISH -> scene.publishes();
                case SUBSCRIBE -> scene.subscribes();
            };
        }
    }

    private static final class SubscribePlace extends Place<OnSubscribe.Subscribing, OnSubscribe.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnSubscribe.Subscribing, OnSubscribe.@Nullable Answer> hook) {
            hooks.onSubscribe(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnSubscribe.Subscribing, @Nullable CompletionStage<? extends OnSubscribe.Answer>> hook) {
            hooks.onSubscribeAsync(hook::apply);
        }

        @Override
        OnSubscribe.Answer yes(OnSubscribe.Subscribing event) {
            return event.grant();
        }

        @Override
        Visit come(Scene scene) {
            return scene.subscribes();
        }
    }

    private static final class UnsubscribePlace extends Place<OnUnsubscribe.Unsubscribing, OnUnsubscribe.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnUnsubscribe.Unsubscribing, OnUnsubscribe.@Nullable Answer> hook) {
            hooks.onUnsubscribe(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnUnsubscribe.Unsubscribing, @Nullable CompletionStage<? extends OnUnsubscribe.Answer>> hook) {
            hooks.onUnsubscribeAsync(hook::apply);
        }

        @Override
        OnUnsubscribe.Answer yes(OnUnsubscribe.Unsubscribing event) {
            return event.allow();
        }

        @Override
        Visit come(Scene scene) {
            return scene.unsubscribes();
        }
    }

    private static final class ArrivalPlace extends Place<OnMsgArrived.Arrival, OnMsgArrived.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnMsgArrived.Arrival, OnMsgArrived.@Nullable Answer> hook) {
            hooks.onMsgArrived(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnMsgArrived.Arrival, @Nullable CompletionStage<? extends OnMsgArrived.Answer>> hook) {
            hooks.onMsgArrivedAsync(hook::apply);
        }

        @Override
        OnMsgArrived.Answer yes(OnMsgArrived.Arrival event) {
            return event.route();
        }

        @Override
        Visit come(Scene scene) {
            return scene.publishes();
        }
    }

    private static final class WillPlace extends Place<OnWillPublish.WillDue, OnWillPublish.Answer> {
        @Override
        void now(HookRegistry hooks, Function<OnWillPublish.WillDue, OnWillPublish.@Nullable Answer> hook) {
            hooks.onWillPublish(hook::apply);
        }

        @Override
        void later(
                HookRegistry hooks,
                Function<OnWillPublish.WillDue, @Nullable CompletionStage<? extends OnWillPublish.Answer>> hook) {
            hooks.onWillPublishAsync(hook::apply);
        }

        @Override
        OnWillPublish.Answer yes(OnWillPublish.WillDue event) {
            return event.publish();
        }

        @Override
        Visit come(Scene scene) {
            Client visitor = scene.broker.connect(scene.mortal());
            scene.door.armed = true;
            visitor.drop();
            return new Visit() {
                @Override
                public void denied() {
                    leftNoTrace();
                    assertThat(scene.broker.drops())
                            .containsExactly(
                                    new Drop(DropReason.REFUSED, "watched/will", Qos.AT_LEAST_ONCE, "visitor", ""));
                }

                @Override
                public void letThrough() {
                    assertThat(scene.watcher.expect(Publish.class).payload().toUtf8())
                            .isEqualTo("gone");
                    assertThat(scene.broker.admin().statistics().retained()).isEqualTo(1);
                }

                @Override
                public void leave() {
                    throw new AssertionError("The client is gone when its will is decided about.");
                }

                @Override
                public void leftNoTrace() {
                    assertThat(scene.watcher.received()).isEmpty();
                    assertThat(scene.broker.admin().statistics().retained()).isZero();
                }
            };
        }
    }
}
