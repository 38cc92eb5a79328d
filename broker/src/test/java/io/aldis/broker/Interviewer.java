package io.aldis.broker;

import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.codec.Binary;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An authenticator whose answers a test gives, when it likes to. */
final class Interviewer implements EnhancedAuthenticator {

    private final String method;
    private final List<CompletableFuture<AuthenticationAnswer>> questions = new ArrayList<>();

    /** What clients said, in order. */
    final List<String> heard = new ArrayList<>();

    /** Who was to be asked, in order. */
    final List<AuthenticationRequest> begun = new ArrayList<>();

    Interviewer(String method) {
        this.method = method;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Exchange begin(AuthenticationRequest request) {
        begun.add(request);
        return this::hear;
    }

    private CompletionStage<AuthenticationAnswer> hear(Binary data) {
        heard.add(data.toUtf8());
        CompletableFuture<AuthenticationAnswer> answer = new CompletableFuture<>();
        questions.add(answer);
        return answer;
    }

    /** The stage that the last step is waiting for. */
    CompletableFuture<AuthenticationAnswer> last() {
        return questions.get(questions.size() - 1);
    }

    void asks(String data) {
        last().complete(new AuthenticationAnswer.Continue(Binary.utf8(data)));
    }

    void accepts(String principal) {
        last().complete(new AuthenticationAnswer.Accept(principal, Binary.utf8("welcome " + principal)));
    }

    void refuses() {
        last().complete(new AuthenticationAnswer.Refuse("go away"));
    }
}
