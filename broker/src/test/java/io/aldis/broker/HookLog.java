package io.aldis.broker;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aldis.broker.chain.Hooks;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Takes what is said of hooks that fail, instead of the console. */
final class HookLog implements BeforeEachCallback, AfterEachCallback {

    private final Logger logger = (Logger) LoggerFactory.getLogger(Hooks.class);
    private ListAppender<ILoggingEvent> said = new ListAppender<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        said = new ListAppender<>();
        said.start();
        logger.addAppender(said);
        logger.setAdditive(false);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logger.setAdditive(true);
        logger.detachAppender(said);
    }

    /** In order. */
    List<String> lines() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
