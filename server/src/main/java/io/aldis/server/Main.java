package io.aldis.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Where the process begins. What can be typed is in {@link Commands}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int exitCode = new Commands(out, err, () -> StopSignal.heardFromNowOn(err)).run(arguments);
        // Whatever thread a library left behind, the program is over.
        System.exit(exitCode);
    }

    private static PrintWriter writer(FileDescriptor stream) {
        return new PrintWriter(new FileOutputStream(stream), true, Charset.defaultCharset());
    }
}
