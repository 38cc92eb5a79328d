package io.aldis.broker.listener;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * One direction of an in-process connection: bytes in order, no more than fit. An end that belongs to a loop never blocks, and is
 * woken when it may go on; that of a client's thread blocks, as the streams of a socket do.
 *
 * <p>Safe for use by every thread.
 */
final class Pipe {

    /** About what a TCP connection holds between its ends. */
    static final int CAPACITY = 64 * 1024;

    /** At first; it grows with what is in it. */
    private static final int LEAST_RING = 1024;

    private final Runnable wakeWriter;
    private final Runnable wakeReader;

    // Guarded by this.
    private byte[] ring = new byte[LEAST_RING];
    private int first;
    private int count;
    private boolean ended;
    private boolean abandoned;
    private boolean reset;

    /** Whether a writer that does not block found no room and is to be told when there is some. */
    private boolean writerWaits;

    /**
     * An empty pipe. What wakes an end runs on the thread of the other one.
     *
     * @param wakeWriter tells who puts in without blocking to look again
     * @param wakeReader tells who takes out without blocking to look again
     */
    Pipe(Runnable wakeWriter, Runnable wakeReader) {
        this.wakeWriter = wakeWriter;
        this.wakeReader = wakeReader;
    }

    // Without blocking.

    /**
     * Puts in what fits of {@code from}, which is left as it is.
     *
     * @return how many bytes; -1 if nobody will ever take them
     */
    int offer(ByteBuf from) {
        int taken = offerQuietly(from);
        if (taken > 0) {
            wakeReader.run();
        }
        return taken;
    }

    private synchronized int offerQuietly(ByteBuf from) {
        if (abandoned || ended) {
            return -1;
        }
        int most = Math.min(from.readableBytes(), CAPACITY - count);
        writerWaits = most < from.readableBytes();
        grow(most);
        for (int done = 0; done < most; ) {
            int at = (first + count) % ring.length;
            int part = Math.min(most - done, ring.length - at);
            from.getBytes(from.readerIndex() + done, ring, at, part);
            count += part;
            done += part;
        }
        notifyAll();
        return most;
    }

    /**
     * Takes out what fits into {@code into} without making it larger.
     *
     * @return how many bytes; 0 if nothing is there yet, -1 if nothing will ever be
     * @throws IOException if the client has broken off the connection
     */
    int poll(ByteBuf into) throws IOException {
        int given = pollQuietly(into);
        if (given > 0 && roomIsAwaited()) {
            wakeWriter.run();
        }
        return given;
    }

    private synchronized int pollQuietly(ByteBuf into) throws IOException {
        if (reset) {
            throw new IOException("Connection reset by peer");
        }
        int most = Math.min(count, into.writableBytes());
        for (int done = 0; done < most; ) {
            int part = Math.min(most - done, ring.length - first);
            into.writeBytes(ring, first, part);
            taken(part);
            done += part;
        }
        notifyAll();
        return most == 0 && count == 0 && ended ? -1 : most;
    }

    /** Whether {@link #poll} would tell something new. */
    synchronized boolean hasNews() {
        return count > 0 || ended || reset;
    }

    // Blocking.

    /**
     * Puts in everything, waiting for room.
     *
     * @throws SocketException if this end has been closed, or nobody will take it any more
     */
    void put(byte[] from, int offset, int length) throws IOException {
        try {
            for (int done = 0; done < length; ) {
                done += putSome(from, offset + done, length - done);
                wakeReader.run();
            }
        } catch (InterruptedException interrupted) {
            throw givenUp();
        }
    }

    private synchronized int putSome(byte[] from, int offset, int length) throws IOException, InterruptedException {
        while (count == CAPACITY && !ended && !abandoned) {
            wait();
        }
        if (ended) {
            throw new SocketException("Socket output is shut down");
        }
        if (abandoned) {
            throw new SocketException("Broken pipe");
        }
        int most = Math.min(length, CAPACITY - count);
        grow(most);
        int at = (first + count) % ring.length;
        int part = Math.min(most, ring.length - at);
        System.arraycopy(from, offset, ring, at, part);
        count += part;
        return part;
    }

    /**
     * Takes out what is there, waiting for the first byte.
     *
     * @param timeoutMillis how long to wait at most; 0 for ever
     * @return how many bytes; -1 if nothing will ever come
     * @throws SocketTimeoutException if nothing came in that time
     * @throws SocketException if this end has been closed
     */
    int take(byte[] into, int offset, int length, int timeoutMillis) throws IOException {
        int part;
        synchronized (this) {
            awaitNews(timeoutMillis);
            if (abandoned) {
                throw new SocketException("Socket closed");
            }
            if (count == 0) {
                return -1;
            }
            part = Math.min(Math.min(length, count), ring.length - first);
            System.arraycopy(ring, first, into, offset, part);
            taken(part);
        }
        if (roomIsAwaited()) {
            wakeWriter.run();
        }
        return part;
    }

    private synchronized void awaitNews(int timeoutMillis) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        try {
            while (count == 0 && !ended && !abandoned) {
                long left = end - System.nanoTime();
                if (timeoutMillis == 0) {
                    wait();
                } else if (left > 0) {
                    wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                } else {
                    throw new SocketTimeoutException("Read timed out");
                }
            }
        } catch (InterruptedException interrupted) {
            throw givenUp();
        }
    }

    private static InterruptedIOException givenUp() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("Interrupted while waiting on an in-process connection");
    }

    /** How many bytes can be taken without waiting. */
    synchronized int available() {
        return count;
    }

    // Both ends.

    private void taken(int bytes) {
        first = (first + bytes) % ring.length;
        count -= bytes;
    }

    /** Whether the writer is to be woken now, told once. */
    private synchronized boolean roomIsAwaited() {
        boolean now = writerWaits && count <= CAPACITY / 2;
        writerWaits = writerWaits && !now;
        return now;
    }

    /** Makes room for {@code more}, of which the capacity has room. */
    private void grow(int more) {
        int length = ring.length;
        while (length < count + more) {
            length *= 2;
        }
        if (length > ring.length) {
            byte[] larger = new byte[length];
            int part = Math.min(count, ring.length - first);
            System.arraycopy(ring, first, larger, 0, part);
            System.arraycopy(ring, 0, larger, part, count - part);
            ring = larger;
            first = 0;
        }
    }

    /** Nothing more will be put in; what is there can be taken. */
    void end() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        wakeReader.run();
    }

    /** Nothing more will be taken out. */
    void abandon() {
        synchronized (this) {
            abandoned = true;
            first = 0;
            count = 0;
            notifyAll();
        }
        wakeWriter.run();
    }

    /** The writer breaks off the connection: what is there is lost. */
    void reset() {
        synchronized (this) {
            reset = true;
            ended = true;
            count = 0;
            notifyAll();
        }
        wakeReader.run();
    }
}
