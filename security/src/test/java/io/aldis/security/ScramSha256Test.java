package io.aldis.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationAnswer.Accept;
import io.aldis.broker.hook.AuthenticationAnswer.Continue;
import io.aldis.broker.hook.AuthenticationAnswer.Refuse;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator.Exchange;
import io.aldis.codec.Binary;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.ScramClient;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM-SHA-256 as RFC 5802 and RFC 7677 have it. */
class ScramSha256Test {

    // The example of RFC 7677 §3: user "user", password "pencil".
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String NONCE = CLIENT_NONCE + SERVER_NONCE;
    private static final String CLIENT_FIRST = "n,,n=user,r=" + CLIENT_NONCE;
    private static final String SERVER_FIRST = "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String CLIENT_FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
    private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static final byte[] SECRET = new byte[32];

    private static ScramSha256 with(Map<String, ScramCredentials> users) {
        return new ScramSha256(ScramUsers.of(users), 4096, () -> SERVER_NONCE, SECRET);
    }

    private final ScramSha256 scram = with(Map.of("user", ScramCredentials.ofPassword("pencil", SALT, 4096)));
    private final Exchange exchange = begun(scram);

    private static Exchange begun(ScramSha256 authenticator) {
        return authenticator.begin(new AuthenticationRequest(new Stranger()));
    }

    private static AuthenticationAnswer say(Exchange exchange, String message) {
        return exchange.next(Binary.utf8(message)).toCompletableFuture().join();
    }

    private static String asked(Exchange exchange, String clientFirst) {
        AuthenticationAnswer answer = say(exchange, clientFirst);
        assertThat(answer).isInstanceOf(Continue.class);
        return ((Continue) answer).data().toUtf8();
    }

    private static String refused(Exchange exchange, String message) {
        AuthenticationAnswer answer = say(exchange, message);
        assertThat(answer).isInstanceOf(Refuse.class);
        assertThat(((Refuse) answer).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        return ((Refuse) answer).message();
    }

    @Test
    void theExampleOfTheRfcIsFollowedToTheLetter() {
        assertThat(scram.method()).isEqualTo("SCRAM-SHA-256");
        assertThat(asked(exchange, CLIENT_FIRST)).isEqualTo(SERVER_FIRST);
        assertThat(say(exchange, CLIENT_FINAL)).isEqualTo(new Accept("user", Binary.utf8(SERVER_FINAL)));
    }

    @Test
    void aWrongPasswordIsRefused() {
        Exchange other = begun(with(Map.of("user", ScramCredentials.ofPassword("crayon", SALT, 4096))));
        assertThat(asked(other, CLIENT_FIRST)).isEqualTo(SERVER_FIRST);
        assertThat(refused(other, CLIENT_FINAL)).isEqualTo("The user name or the password is wrong.");
    }

    @Test
    void aProofWithOneBitTurnedIsRefused() {
        byte[] proof = Base64.getDecoder().decode(PROOF);
        for (int bit = 0; bit < proof.length * 8; bit += 5) {
            byte[] wrong = proof.clone();
            wrong[bit / 8] ^= (byte) (1 << bit % 8);
            Exchange next = begun(scram);
            asked(next, CLIENT_FIRST);
            refused(next, "c=biws,r=" + NONCE + ",p=" + Base64.getEncoder().encodeToString(wrong));
        }
    }

    @Test
    void aUserWhoIsNotThereLooksLikeOneWithAWrongPassword() {
        String first = "n,,n=nobody,r=" + CLIENT_NONCE;
        Exchange one = begun(scram);
        String question = asked(one, first);
        assertThat(question)
                .startsWith("r=" + NONCE + ",s=")
                .endsWith(",i=4096")
                .hasSameSizeAs(SERVER_FIRST);
        assertThat(refused(one, CLIENT_FINAL)).isEqualTo("The user name or the password is wrong.");
        assertThat(asked(begun(scram), first)).as("asked again").isEqualTo(question);
        assertThat(asked(begun(scram), "n,,n=nobody2,r=" + CLIENT_NONCE))
                .as("of another user")
                .isNotEqualTo(question);
        ScramSha256 otherSecret = new ScramSha256(ScramUsers.of(Map.of()), 4096, () -> SERVER_NONCE, new byte[] {1});
        assertThat(asked(begun(otherSecret), first))
                .as("of another server")
                .isNotEqualTo(question)
                .hasSameSizeAs(question);
    }

    @Test
    void aNonceThatIsNotOursIsRefused() {
        for (String nonce : new String[] {
            CLIENT_NONCE, NONCE + "x", NONCE.substring(0, NONCE.length() - 1), SERVER_NONCE + CLIENT_NONCE
        }) {
            Exchange next = begun(scram);
            asked(next, CLIENT_FIRST);
            assertThat(refused(next, "c=biws,r=" + nonce + ",p=" + PROOF)).contains("another question");
        }
    }

    @Test
    void aTamperedChannelBindingIsRefused() {
        // "biws" is "n,,"; "eSws" is "y,,": somebody between changed what the client said.
        for (String binding : new String[] {"eSws", "biwsYQ==", "bg=="}) {
            Exchange next = begun(scram);
            asked(next, CLIENT_FIRST);
            assertThat(refused(next, "c=" + binding + ",r=" + NONCE + ",p=" + PROOF))
                    .contains("channel binding");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "n", // the header has no end
                "n,", // nor here
                "n,,", // nothing but a header
                "n,,n=user", // no nonce
                "n,,n=user,r=", // an empty one
                "n,,r=abc,n=user", // out of order
                "n,,n=,r=abc", // no user
                "n,,n=us=er,r=abc", // an equals sign that is not escaped
                "n,,n=us=2cer,r=abc", // escaped in another way than the only one
                "n,,n=us=3,r=abc", // half an escape
                "n,,n=us\u0007er,r=abc", // a character that SASLprep forbids
                "n,,n=user,r=a\u00e4", // a nonce that is not printable ASCII
                "n,,n=user,r=a b", // nor here
                "n,,n=user,r=abc,", // an extension that is none
                "n,,n=user,r=abc,1=x", // nor this
                "n,,n=user,r=abc,m=x", // a mandatory one in the wrong place
                "n,,m=x,n=user,r=abc", // a mandatory one
                "p=tls-unique,,n=user,r=abc", // channel binding, which was not offered
                "x,,n=user,r=abc", // no flag of channel binding
                "n,a=other,n=user,r=abc", // acting for somebody else
                "n,user,n=user,r=abc" // no attribute
            })
    void aFirstMessageThatIsNotScramIsRefused(String message) {
        assertThat(refused(exchange, message)).startsWith("The client's SCRAM message is wrong: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "c=biws,r=NONCE", // no proof
                "r=NONCE,p=PROOF", // no channel binding
                "r=NONCE,c=biws,p=PROOF", // out of order
                "c=biws,r=NONCE,p=PROOF,x=y", // the proof is not the last
                "c=biws,r=NONCE,m=x,p=PROOF", // a mandatory extension
                "c=biws,r=NONCE,p=", // an empty proof
                "c=biws,r=NONCE,p=YWJj", // a short one
                "c=biws,r=NONCE,p=!!!!", // no base64
                "c=biws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ", // without padding
                "c=biws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVR=", // written in another way
                "c=bi!s,r=NONCE,p=PROOF", // no base64
                "c=/w==,r=NONCE,p=PROOF" // base64 of what is no UTF-8
            })
    void aLastMessageThatIsNotScramIsRefused(String message) {
        asked(exchange, CLIENT_FIRST);
        assertThat(refused(exchange, message.replace("NONCE", NONCE).replace("PROOF", PROOF)))
                .startsWith("The client's SCRAM message is wrong: ");
    }

    @Test
    void aClientHearsThatAMandatoryExtensionIsNotSupported() { // RFC 5802 §5.1, "m"
        assertThat(refused(exchange, "n,,m=x,n=user,r=abc")).endsWith("a mandatory extension is not supported");
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        AuthenticationAnswer answer = exchange.next(Binary.copyOf(new byte[] {'n', ',', ',', 'n', '=', (byte) 0xC0}))
                .toCompletableFuture()
                .join();
        assertThat(answer).isEqualTo(new Refuse("The client's SCRAM message is wrong: it is not UTF-8"));
    }

    @Test
    void extensionsThatNobodyHasToUnderstandAreLetPass() {
        assertThat(asked(exchange, CLIENT_FIRST + ",x=something,Y=else")).isEqualTo(SERVER_FIRST);
    }

    private static AuthenticationAnswer dialogue(
            ScramSha256 authenticator, String header, String escapedName, String password) {
        ScramClient client = new ScramClient(header, escapedName, password);
        Exchange exchange = begun(authenticator);
        AuthenticationAnswer answer = say(exchange, client.first());
        assertThat(answer).isInstanceOf(Continue.class);
        AuthenticationAnswer last =
                say(exchange, client.last(((Continue) answer).data().toUtf8()));
        if (last instanceof Accept accept) {
            assertThat(accept.data().toUtf8()).isEqualTo(client.expected());
        }
        return last;
    }

    @Test
    void aNameMayHaveCommasAndEqualsSigns() {
        ScramSha256 authenticator = with(Map.of("a,b=c=2C", ScramCredentials.ofPassword("secret", 5000)));
        assertThat(dialogue(authenticator, "n,,", "a=2Cb=3Dc=3D2C", "secret"))
                .isInstanceOfSatisfying(
                        Accept.class, accept -> assertThat(accept.principal()).isEqualTo("a,b=c=2C"));
    }

    @Test
    void aClientThatCouldBindTheChannelAndOneThatNamesItselfAreAccepted() {
        assertThat(dialogue(scram, "y,,", "user", "pencil")).isInstanceOf(Accept.class);
        assertThat(dialogue(scram, "n,a=user,", "user", "pencil")).isInstanceOf(Accept.class);
        assertThat(dialogue(scram, "n,,", "user", "pen")).isInstanceOf(Refuse.class);
    }

    @Test
    void namesAndPasswordsAreComparedAsSaslprepWritesThem() { // RFC 4013 §3
        ScramSha256 authenticator = with(Map.of("I\u00adX", ScramCredentials.ofPassword("\u2168", 4096)));
        assertThat(dialogue(authenticator, "n,,", "IX", "IX"))
                .isInstanceOfSatisfying(
                        Accept.class, accept -> assertThat(accept.principal()).isEqualTo("IX"));
        ScramSha256 foreign = with(Map.of("jos\u00e9", ScramCredentials.ofPassword("contrase\u00f1a", 4096)));
        assertThat(dialogue(foreign, "n,,", "jos\u00e9", "contrase\u00f1a")).isInstanceOf(Accept.class);
        assertThatThrownBy(() -> with(Map.of(
                        "IX",
                        ScramCredentials.ofPassword("a", 4096),
                        "I\u00adX",
                        ScramCredentials.ofPassword("b", 4096))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScramCredentials.ofPassword("bell\u0007", 4096))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void eachExchangeHasANonceOfItsOwn() {
        ScramSha256 authenticator = new ScramSha256(ScramUsers.of(Map.of()), 4096);
        Set<String> questions = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            questions.add(asked(begun(authenticator), CLIENT_FIRST));
        }
        assertThat(questions).hasSize(1000).allMatch(question -> question.startsWith("r=" + CLIENT_NONCE));
    }

    @Test
    void credentialsMayComeLater() {
        CompletableFuture<Optional<ScramCredentials>> found = new CompletableFuture<>();
        Exchange next = begun(new ScramSha256(username -> found, 4096, () -> SERVER_NONCE, SECRET));
        CompletableFuture<AuthenticationAnswer> question =
                next.next(Binary.utf8(CLIENT_FIRST)).toCompletableFuture();
        assertThat(question).isNotDone();
        found.complete(Optional.of(ScramCredentials.ofPassword("pencil", SALT, 4096)));
        assertThat(question).isCompletedWithValue(new Continue(Binary.utf8(SERVER_FIRST)));
        assertThat(say(next, CLIENT_FINAL)).isInstanceOf(Accept.class);
    }

    @Test
    void whatIsKeptOfAPasswordDoesNotShowAndDiffersEachTime() {
        ScramCredentials one = ScramCredentials.ofPassword("pencil", 4096);
        assertThat(one).hasToString("ScramCredentials[4096 iterations, ***]");
        assertThat(one.salt())
                .isNotEqualTo(ScramCredentials.ofPassword("pencil", 4096).salt());
        assertThat(one.salt().size()).isEqualTo(16);
    }

    @Test
    void weakCredentialsAreNotMade() {
        ScramCredentials good = ScramCredentials.ofPassword("pencil", SALT, 4096);
        assertThatThrownBy(() -> ScramCredentials.ofPassword("pencil", 4095))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScramCredentials.ofPassword("", 4096)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramSha256(ScramUsers.of(Map.of()), 4095))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(Binary.EMPTY, 4096, good.storedKey(), good.serverKey()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(good.salt(), 4095, good.storedKey(), good.serverKey()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(good.salt(), 4096, Binary.utf8("short"), good.serverKey()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ScramCredentials(good.salt(), 4096, good.storedKey(), Binary.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
