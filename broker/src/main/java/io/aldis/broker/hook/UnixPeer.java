package io.aldis.broker.hook;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Where a client comes from that has connected to a Unix domain socket: a process of this machine, as the system knew it when it
 * connected. Immutable.
 */
public final class UnixPeer extends SocketAddress {
    private static final long serialVersionUID = 1L;

    /** In place of a number that the system does not tell. */
    public static final long UNKNOWN = -1;

    private final String socket;
    private final long process;
    private final long user;
    private final long group;

    /**
     * A process that has connected to {@code socket}.
     *
     * @param process its number, or {@link #UNKNOWN}
     * @param user the number of its user, or {@link #UNKNOWN}
     * @param group the number of its group, or {@link #UNKNOWN}
     */
    public UnixPeer(Path socket, long process, long user, long group) {
        this.socket = socket.toString();
        this.process = process;
        this.user = user;
        this.group = group;
    }

    /** The file of the socket. */
    public Path socket() {
        return Path.of(socket);
    }

    /** The number of the process; empty if the system does not tell. */
    public OptionalLong process() {
        return known(process);
    }

    /** The number of the user whose process it is; empty if the system does not tell. */
    public OptionalLong user() {
        return known(user);
    }

    /** The number of the group of the process; empty if the system does not tell. */
    public OptionalLong group() {
        return known(group);
    }

    private static OptionalLong known(long number) {
        return number == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(number);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixPeer peer
                && socket.equals(peer.socket)
                && process == peer.process
                && user == peer.user
                && group == peer.group;
    }

    @Override
    public int hashCode() {
        return Objects.hash(socket, process, user, group);
    }

    /** Such as {@code unix:/run/aldis.sock (process 712, user 1000)}. */
    @Override
    public String toString() {
        String who = (process == UNKNOWN ? "" : "process " + process)
                + (process == UNKNOWN || user == UNKNOWN ? "" : ", ")
                + (user == UNKNOWN ? "" : "user " + user);
        return "unix:" + socket + (who.isEmpty() ? "" : " (" + who + ")");
    }
}
