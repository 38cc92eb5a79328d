package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.SessionDetail;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.admin.SubscriptionInfo;
import io.aldis.broker.message.Message;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Admin} tells of a running broker, page by page. */
class AdminLookUpTest {

    private final VirtualBroker broker = new VirtualBroker(3, 5, Settings.defaults());
    private final Admin admin = broker.admin();

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Connect durable(String clientId) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private void subscribe(String clientId, String... filters) {
        for (String filter : filters) {
            Answers.of(broker, admin.subscribe(clientId, Subscription.of(filter, Qos.AT_LEAST_ONCE)));
        }
    }

    private void retain(String... topics) {
        for (String topic : topics) {
            Answers.of(
                    broker,
                    admin.storeRetained(Message.builder(topic).payload(topic).build()));
        }
    }

    private static List<String> keys(List<SubscriptionInfo> subscriptions) {
        return subscriptions.stream()
                .map(subscription -> subscription.clientId() + " " + subscription.filter())
                .toList();
    }

    private List<String> topics(String filter, int limit) {
        return Answers.all((after, most) -> admin.retained(filter, after, most), limit, () -> {}).stream()
                .map(Message::topic)
                .toList();
    }

    // Clients and sessions.

    @Test
    void aConnectedClientIsDescribed() {
        Instant before = Instant.ofEpochMilli(broker.loops().all().get(0).currentTimeMillis());
        broker.connect(Connect.v5("client")
                .withUsername("alice")
                .withKeepAlive(30)
                .withProperties(
                        ConnectProperties.NONE.withSessionExpiryInterval(60).withReceiveMaximum(10)));
        ClientInfo client = admin.client("client").orElseThrow();
        assertThat(client.username()).isEqualTo("alice");
        assertThat(client.version()).isEqualTo(MqttVersion.V5);
        assertThat(client.address()).isNotNull();
        assertThat(client.connectedAt()).isEqualTo(before);
        assertThat(client.cleanStart()).isTrue();
        assertThat(client.keepAlive()).isEqualTo(30);
        assertThat(client.sessionExpiry()).isEqualTo(60);
        assertThat(client.receiveMaximum()).isEqualTo(10);
        assertThat(admin.client("stranger")).isEmpty();
    }

    @Test
    void aSessionKnowsWhenItsClientCameAndWent() {
        Client client = broker.connect(durable("client"));
        SessionInfo present = admin.session("client").orElseThrow();
        assertThat(present.connected()).isTrue();
        assertThat(present.persistent()).isTrue();
        assertThat(present.expiry()).isEqualTo(1000);
        assertThat(present.connectedAt()).isEqualTo(present.createdAt());
        assertThat(present.disconnectedAt()).isNull();
        broker.pass(Duration.ofSeconds(5));
        client.drop();
        SessionInfo away = admin.session("client").orElseThrow();
        assertThat(away.connected()).isFalse();
        assertThat(away.createdAt()).isEqualTo(present.createdAt());
        assertThat(away.disconnectedAt()).isEqualTo(present.createdAt().plusSeconds(5));
        broker.pass(Duration.ofSeconds(5));
        broker.connect(durable("client"));
        assertThat(admin.session("client").orElseThrow().connectedAt())
                .isEqualTo(present.createdAt().plusSeconds(10));
    }

    @Test
    void aTakeoverLeavesOneClient() {
        broker.connect(durable("client"));
        broker.connect(durable("client").withUsername("second"));
        assertThat(admin.clients(Page.START, 10).entries())
                .extracting(ClientInfo::username)
                .containsExactly("second");
        broker.connect(durable("client").withCleanStart(true).withUsername("third"));
        assertThat(admin.clients(Page.START, 10).entries())
                .extracting(ClientInfo::username)
                .containsExactly("third");
        assertThat(admin.clients(Page.START, 10).total()).isEqualTo(1);
    }

    @Test
    void aPageTellsHowManyThereAreOfAll() {
        for (int i = 0; i < 5; i++) {
            broker.connect(durable("c" + i));
        }
        Page<SessionInfo> first = admin.sessions(Page.START, 2);
        assertThat(first.entries()).extracting(SessionInfo::clientId).containsExactly("c0", "c1");
        assertThat(first.total()).isEqualTo(5);
        assertThat(first.isLast()).isFalse();
        Page<SessionInfo> last = admin.sessions("c3", 2);
        assertThat(last.entries()).extracting(SessionInfo::clientId).containsExactly("c4");
        assertThat(last.total()).isEqualTo(5);
        assertThat(last.isLast()).isTrue();
        assertThat(admin.sessions("c2", 2).isLast())
                .as("exactly full, and the last")
                .isTrue();
        assertThat(admin.clients("c3", 2).total()).isEqualTo(5);
        assertThat(admin.sessions()).hasSize(5);
    }

    @Test
    void detailsOfAPageComeFromAllLoops() {
        for (int i = 0; i < 7; i++) {
            broker.connect(durable("c" + i));
        }
        Page<SessionDetail> page = Answers.of(broker, admin.sessionDetails("c1", 4));
        assertThat(page.entries())
                .extracting(detail -> detail.session().clientId())
                .containsExactly("c2", "c3", "c4", "c5");
        assertThat(page.next()).isEqualTo("c5");
        assertThat(page.total()).isEqualTo(7);
        assertThat(Answers.of(broker, admin.sessionDetails("c6", 4)).entries()).isEmpty();
    }

    /** While pages are turned, others come and go. */
    private <E> void staysStable(
            Set<String> staying, BiFunction<String, Integer, Page<E>> pages, Function<E, String> key, Runnable change) {
        for (int limit : new int[] {1, 2, 3, 7}) {
            List<String> seen =
                    Answers.all(pages, limit, change).stream().map(key).toList();
            assertThat(new HashSet<>(seen)).as("none twice").hasSameSizeAs(seen);
            assertThat(seen).as("none left out").containsAll(staying);
            assertThat(seen).isSorted();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void pagesOfSessionsStayStableWhileOthersComeAndGo(int seed) {
        Random random = new Random(seed);
        Set<String> staying = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            String clientId = "stay" + random.nextInt(1000);
            staying.add(clientId);
            broker.connect(durable(clientId));
        }
        List<Client> passing = new ArrayList<>();
        Runnable change = () -> {
            if (!passing.isEmpty() && random.nextBoolean()) {
                passing.remove(random.nextInt(passing.size())).drop();
            }
            passing.add(broker.connect(Connect.v5("stay" + random.nextInt(1000) + "x")));
        };
        staysStable(staying, admin::sessions, SessionInfo::clientId, change);
        staysStable(staying, admin::clients, ClientInfo::clientId, change);
    }

    // Subscriptions.

    @Test
    void subscriptionsAreFoundByClientByFilterAndByTopic() {
        broker.connect(durable("b")).drop();
        broker.connect(Connect.v311("a"));
        subscribe("b", "x/+", "$share/g/x/1", "y");
        subscribe("a", "x/1", "#", "$share/g/x/1", "$share/h/x/1");
        broker.connect(Connect.v5("none"));

        assertThat(keys(admin.subscriptions(Page.START, 100).entries()))
                .containsExactly("a #", "a $share/g/x/1", "a $share/h/x/1", "a x/1", "b $share/g/x/1", "b x/+", "b y");
        assertThat(admin.subscriptions(Page.START, 2).total()).isEqualTo(7);
        assertThat(keys(admin.subscriptionsOf("b", Page.START, 100).entries()))
                .containsExactly("b $share/g/x/1", "b x/+", "b y");
        assertThat(admin.subscriptionsOf("b", Page.START, 1).total()).isEqualTo(3);
        assertThat(keys(admin.subscriptionsOf("b", "x/+", 100).entries())).containsExactly("b y");
        assertThat(admin.subscriptionsOf("stranger", Page.START, 100).entries()).isEmpty();

        assertThat(keys(admin.subscriptionsTo("x/1", Page.START, 100).entries()))
                .containsExactly("a x/1");
        assertThat(keys(admin.subscriptionsTo("$share/g/x/1", Page.START, 100).entries()))
                .containsExactly("a $share/g/x/1", "b $share/g/x/1");
        assertThat(admin.subscriptionsTo("$share/other/x/1", Page.START, 100).entries())
                .isEmpty();
        assertThat(admin.subscriptionsTo("", Page.START, 100).entries()).isEmpty();

        Page<SubscriptionInfo> matching = admin.subscriptionsMatching("x/1", Page.START, 4);
        assertThat(keys(matching.entries())).containsExactly("a #", "a $share/g/x/1", "a $share/h/x/1", "a x/1");
        assertThat(matching.total()).isEqualTo(6);
        assertThat(keys(admin.subscriptionsMatching("x/1", matching.next(), 4).entries()))
                .containsExactly("b $share/g/x/1", "b x/+");
        assertThat(keys(admin.subscriptionsMatching("$x/1", Page.START, 4).entries()))
                .isEmpty(); // [MQTT-4.7.2-1]

        SubscriptionInfo shared =
                admin.subscriptionsOf("b", Page.START, 1).entries().get(0);
        assertThat(shared.group()).isEqualTo("g");
        assertThat(shared.topicFilter()).isEqualTo("x/1");
        assertThat(shared.subscription().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void pagesOfSubscriptionsStayStableWhileOthersComeAndGo(int seed) {
        Random random = new Random(seed);
        Set<String> staying = new TreeSet<>();
        for (String clientId : List.of("a", "a!", "b", "c")) {
            broker.connect(clientId.equals("b") ? Connect.v5("b") : durable(clientId));
            for (int i = 0; i < 3; i++) {
                String filter = "t/" + random.nextInt(10) + (random.nextBoolean() ? "/#" : "");
                staying.add(clientId + "\0" + filter);
                subscribe(clientId, filter);
            }
            staying.add(clientId + "\0#");
            subscribe(clientId, "#");
        }
        broker.connect(Connect.v5("ab"));
        List<Passing> passing = new ArrayList<>();
        Runnable change = () -> {
            String clientId = List.of("a", "ab", "c").get(random.nextInt(3));
            if (!passing.isEmpty() && random.nextBoolean()) {
                Passing gone = passing.remove(random.nextInt(passing.size()));
                Answers.of(broker, admin.unsubscribe(gone.clientId(), List.of(gone.filter())));
            }
            String filter = "t/" + random.nextInt(10) + "/passing/#";
            passing.add(new Passing(clientId, filter));
            subscribe(clientId, filter);
        };
        staysStable(staying, admin::subscriptions, info -> info.clientId() + "\0" + info.filter(), change);
        Set<String> everything = new TreeSet<>();
        staying.stream().filter(key -> key.endsWith("\0#")).forEach(everything::add);
        staysStable(
                everything,
                (after, limit) -> admin.subscriptionsTo("#", after, limit),
                info -> info.clientId() + "\0" + info.filter(),
                change);
        staysStable(
                everything,
                (after, limit) -> admin.subscriptionsMatching("t/1/passing", after, limit),
                info -> info.clientId() + "\0" + info.filter(),
                change);
        staysStable(
                new TreeSet<>(Set.of("#")),
                (after, limit) -> admin.subscriptionsOf("a", after, limit),
                SubscriptionInfo::filter,
                change);
    }

    private record Passing(String clientId, String filter) {}

    // Retained messages.

    @Test
    void retainedMessagesAreFoundAsASubscriptionWouldFindThem() {
        List<String> topics = List.of(
                "a", "a/", "a/b", "a!", "a!/b", "a/b/c", "a0", "ab/c", "/", "/x", "$hidden", "$hidden/a", "x/b", "~");
        retain(topics.toArray(new String[0]));
        for (String filter : List.of(
                "#",
                "a/#",
                "a/b/#",
                "+/b",
                "+/#",
                "a",
                "a/+",
                "/#",
                "/+",
                "$hidden/#",
                "$hidden/+",
                "+",
                "x/#",
                "~/#",
                "none/#")) {
            List<String> expected = topics.stream()
                    .filter(topic -> Topics.matches(filter, topic))
                    .sorted()
                    .toList();
            for (int limit : new int[] {1, 2, 3, 100}) {
                assertThat(topics(filter, limit)).as("%s by %s", filter, limit).containsExactlyElementsOf(expected);
            }
        }
        assertThat(admin.retained("#", Page.START, 2).total()).isEqualTo(Page.UNCOUNTED);
        Answers.of(broker, admin.deleteRetained("$hidden"));
        Answers.of(broker, admin.deleteRetained("$hidden/a"));
        assertThat(admin.retained("#", Page.START, 2).total()).isEqualTo(12);
        assertThat(admin.retained("+/b", Page.START, 1).total()).isEqualTo(3);
        assertThat(admin.retained("a"))
                .map(message -> message.payload().toUtf8())
                .contains("a");
        assertThat(admin.retained("nothing")).isEmpty();
    }

    @Test
    void whatTheBrokerSaysOfItselfIsFoundUnderItsOwnFilter() {
        broker.tellsOfItself();
        retain("t");
        assertThat(topics("#", 100)).containsExactly("t");
        List<String> own = topics("$SYS/#", 3);
        assertThat(own).hasSizeGreaterThan(3).isSorted().allMatch(topic -> topic.startsWith("$SYS/"));
        assertThat(admin.retained(own.get(0))).isPresent();
    }

    @Test
    void whatHasExpiredIsNotFound() {
        long now = broker.loops().all().get(0).currentTimeMillis();
        Answers.of(
                broker,
                admin.storeRetained(
                        Message.builder("t").payload("x").expiresAt(now + 1000).build()));
        assertThat(topics("#", 1)).containsExactly("t");
        broker.loops().setWallClockBy(Duration.ofSeconds(2));
        assertThat(topics("#", 1)).isEmpty();
        assertThat(topics("+", 1)).isEmpty();
        assertThat(admin.retained("t")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "t/#", "+/+"})
    void pagesOfRetainedMessagesStayStableWhileOthersComeAndGo(String filter) {
        Random random = new Random(1);
        Set<String> staying = new TreeSet<>();
        for (int i = 0; i < 12; i++) {
            staying.add("t/" + random.nextInt(1000));
        }
        retain(staying.toArray(new String[0]));
        List<String> passing = new ArrayList<>();
        Runnable change = () -> {
            if (!passing.isEmpty() && random.nextBoolean()) {
                Answers.of(broker, admin.deleteRetained(passing.remove(random.nextInt(passing.size()))));
            }
            String topic = "t/" + random.nextInt(1000) + "x";
            passing.add(topic);
            retain(topic);
        };
        staysStable(staying, (after, limit) -> admin.retained(filter, after, limit), Message::topic, change);
    }

    @Test
    void aPageOfNothingOrOfTooMuchIsAMistake() {
        List<Runnable> mistakes = List.of(
                () -> admin.sessions(Page.START, 0),
                () -> admin.clients(Page.START, Admin.LARGEST_PAGE + 1),
                () -> admin.subscriptions(Page.START, 0),
                () -> admin.subscriptionsOf("nobody", Page.START, 0),
                () -> admin.subscriptionsTo("t", Page.START, -1),
                () -> admin.subscriptionsMatching("t", Page.START, 0),
                () -> admin.subscriptionsMatching("t/+", Page.START, 1),
                () -> admin.retained("#", Page.START, 0),
                () -> admin.retained("a/#/b", Page.START, 1),
                () -> admin.retained("$share/g/a", Page.START, 1),
                () -> admin.sessionDetails(Page.START, 0));
        for (Runnable mistake : mistakes) {
            assertThatThrownBy(mistake::run).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
