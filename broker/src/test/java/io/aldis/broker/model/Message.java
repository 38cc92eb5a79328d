package io.aldis.broker.model;

import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;

/** An application message. */
record Message(
        String topic,
        Binary payload,
        Qos qos,
        boolean retain,
        PublishProperties properties,
        long expiresAt,
        String publisher) {}
