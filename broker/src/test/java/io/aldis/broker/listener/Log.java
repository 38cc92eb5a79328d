package io.aldis.broker.listener;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the broker logs. */
final class Log implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    Log() {
        lines.list = Collections.synchronizedList(new ArrayList<>());
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
    }

    List<String> lines(Level level) {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.setLevel(null);
        logger.detachAppender(lines);
    }
}
