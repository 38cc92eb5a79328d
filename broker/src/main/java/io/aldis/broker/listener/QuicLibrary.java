package io.aldis.broker.listener;

import io.netty.handler.codec.quic.Quic;

/** Whether this program has QUIC, whose jars it need not have. Callable from any thread. */
public final class QuicLibrary {

    private QuicLibrary() {}

    /** What is missing and how to mend it, without a full stop; empty if nothing is. */
    public static String missing() {
        try {
            Quic.ensureAvailability();
            return "";
        } catch (NoClassDefFoundError noClasses) {
            return "QUIC needs the jar netty-codec-classes-quic, which is not on the class path; add"
                    + " io.netty:netty-codec-native-quic with the classifier of this system, such as linux-x86_64, which brings it along";
        } catch (UnsatisfiedLinkError noNativePart) {
            return "QUIC needs the jar netty-codec-native-quic for this system, which is not on the class path or cannot be"
                    + " loaded; add it with its classifier, such as linux-x86_64 (" + noNativePart.getMessage() + ")";
        }
    }
}
