package io.aldis.storage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the storage logs at WARN. */
final class Log implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.storage");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    Log() {
        lines.start();
        logger.addAppender(lines);
    }

    List<String> warnings() {
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(lines);
    }
}
