package io.aldis.spring;

import io.aldis.broker.Broker;
import java.time.Duration;
import org.springframework.beans.factory.DisposableBean;

/** A broker that stops with its application, giving its clients the time they may take. */
public final class RunningBroker implements DisposableBean {

    private final Broker broker;
    private final Duration stopDeadline;

    RunningBroker(Broker broker, Duration stopDeadline) {
        this.broker = broker;
        this.stopDeadline = stopDeadline;
    }

    /** The broker itself. */
    public Broker broker() {
        return broker;
    }

    @Override
    public void destroy() {
        broker.stop(stopDeadline);
    }
}
