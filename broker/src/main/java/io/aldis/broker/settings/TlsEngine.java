package io.aldis.broker.settings;

/** What does the work of TLS. */
public enum TlsEngine {
    /** {@link #NATIVE} if it is there, {@link #JDK} otherwise. */
    FASTEST,
    /** The one that comes with Java. */
    JDK,
    /** BoringSSL, from the jars of {@code netty-tcnative-boringssl-static}, if they are on the class path. */
    NATIVE
}
