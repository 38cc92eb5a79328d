package io.aldis.broker.listener;

import io.aldis.broker.hook.UnixPeer;
import io.aldis.broker.settings.ListenerSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts MQTT connections on one Unix domain socket. Callable from any thread but the loops. */
public final class UnixServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(UnixServer.class);

    /** What Java takes of the 108 bytes that an address of this kind has room for. */
    private static final int LONGEST_PATH = 106;

    /** In the mode of a file (inode(7)). */
    private static final int KIND_OF_FILE = 0170000;

    private static final int SOCKET = 0140000;

    private final Channel channel;
    private final Path path;
    private final @Nullable Object file;

    private UnixServer(Channel channel, Path path) {
        this.channel = channel;
        this.path = path;
        file = key(path);
    }

    /**
     * Who may connect.
     *
     * @param permissions of the file, such as "rw-rw----": who may write to it may connect
     * @param group of the file; empty for the one it gets from the system
     */
    public record Access(String permissions, String group) {}

    /**
     * Opens the socket; returns when connections are accepted. The file of one whose broker is dead gives way.
     *
     * @throws AddressUnavailable if it cannot be had
     */
    public static UnixServer open(
            Path path, Access access, EventLoops loops, Pipelines pipelines, ListenerSettings settings) {
        UnixDomainSocketAddress address = address(path);
        makeWay(address);
        ServerChannel opened;
        try {
            opened = loops.epoll()
                    ? epoll(address, access, settings.backlog())
                    : nio(address, access, settings.backlog());
        } catch (AddressUnavailable explained) {
            throw explained;
        } catch (IOException | RuntimeException failed) {
            throw new AddressUnavailable(address, failed);
        }
        ChannelFuture registered = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(() -> opened)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, pipelines.waterMark())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, TcpServer.reads())
                .handler(Doorkeeper.of(pipelines, loops))
                .childHandler(pipelines)
                .register()
                .awaitUninterruptibly();
        UnixServer server = new UnixServer(registered.channel(), path);
        if (registered.cause() != null) {
            server.close();
            throw new AddressUnavailable(address, registered.cause());
        }
        // What hands out connections is put into the pipeline by a task, for which the first of them has to wait.
        opened.eventLoop().execute(() -> opened.config().setAutoRead(true));
        return server;
    }

    private static UnixDomainSocketAddress address(Path path) {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw new AddressUnavailable(
                    address,
                    "its path has " + length + " bytes, but a Unix domain socket has room for " + LONGEST_PATH
                            + "; choose a shorter one",
                    null);
        }
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new AddressUnavailable(
                    address, "there is no directory " + directory + "; make it, or choose another path", null);
        }
        return address;
    }

    // What is there already.

    private static void makeWay(UnixDomainSocketAddress address) {
        Path path = address.getPath();
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (!isSocket(path)) {
                throw new AddressUnavailable(
                        address,
                        "there is something else than a socket already; remove it, or choose another path",
                        null);
            }
            if (living(address)) {
                throw new AddressUnavailable(
                        address, "another program listens there; stop it, or choose another path", null);
            }
            Files.deleteIfExists(path);
            log.info("The socket {} was left over by a program that is gone, and is replaced", path);
        } catch (IOException | UnsupportedOperationException failed) {
            throw new AddressUnavailable(
                    address, "it cannot be found out what is there already: " + failed.getMessage(), failed);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return mode instanceof Integer bits && (bits & KIND_OF_FILE) == SOCKET;
    }

    /** Whether somebody listens there, as far as one may know: only who is refused a connection can be sure that nobody does. */
    private static boolean living(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel asking = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            asking.configureBlocking(false); // A program that is too busy to accept lives, too.
            asking.connect(address);
            return true;
        } catch (ConnectException nobody) {
            return false;
        }
    }

    // Opening.

    /** Nobody can connect until the permissions are set. */
    private static ServerChannel epoll(UnixDomainSocketAddress address, Access access, int backlog) throws IOException {
        Socket socket = Socket.newSocketDomain();
        try {
            socket.bind(new DomainSocketAddress(address.getPath().toString()));
            permit(address, access);
            socket.listen(backlog);
            return new EpollServerDomainSocketChannel(socket.intValue());
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private static ServerChannel nio(UnixDomainSocketAddress address, Access access, int backlog) throws IOException {
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            socket.bind(address, backlog);
            permit(address, access);
            return new NioServerDomainSocketChannel(socket);
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    private static void permit(UnixDomainSocketAddress address, Access access) throws IOException {
        Path path = address.getPath();
        try {
            PosixFileAttributeView file = Files.getFileAttributeView(path, PosixFileAttributeView.class);
            if (file == null) {
                throw new AddressUnavailable(address, "the file system of " + path + " knows no permissions", null);
            }
            if (!access.group().isEmpty()) {
                file.setGroup(path.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByGroupName(access.group()));
            }
            file.setPermissions(PosixFilePermissions.fromString(access.permissions()));
        } catch (UserPrincipalNotFoundException unknown) {
            Files.deleteIfExists(path);
            throw new AddressUnavailable(address, "there is no group " + access.group(), unknown);
        } catch (IOException | RuntimeException failed) {
            Files.deleteIfExists(path);
            throw failed;
        }
    }

    // Who comes.

    /** Where a channel that was accepted comes from. */
    static Entry entry(Channel accepted, Path socket) {
        return new Entry(accepted, peer(accepted, socket), UnixDomainSocketAddress.of(socket));
    }

    private static UnixPeer peer(Channel accepted, Path socket) {
        if (accepted instanceof EpollDomainSocketChannel epoll) {
            try {
                PeerCredentials credentials = epoll.peerCredentials();
                return new UnixPeer(
                        socket,
                        credentials.pid() > 0 ? credentials.pid() : UnixPeer.UNKNOWN, // It is 0 in another container.
                        Integer.toUnsignedLong(credentials.uid()),
                        credentials.gids().length == 0
                                ? UnixPeer.UNKNOWN
                                : Integer.toUnsignedLong(credentials.gids()[0]));
            } catch (IOException gone) {
                log.debug("Nobody knows any more who connected to {}", socket, gone);
            }
        }
        return new UnixPeer(socket, UnixPeer.UNKNOWN, UnixPeer.UNKNOWN, UnixPeer.UNKNOWN);
    }

    /** The file of the socket. */
    public Path path() {
        return path;
    }

    /** Accepts no more connections, and removes the file if it is still its own; connections accepted go on. */
    @Override
    public void close() {
        boolean own = file != null && file.equals(key(path));
        channel.close().awaitUninterruptibly();
        if (own) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failed) {
                log.warn("The socket {} cannot be removed: {}", path, failed.getMessage());
            }
        }
    }

    /** What names a file whatever its path is; null if there is none. */
    private static @Nullable Object key(Path path) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
        } catch (IOException gone) {
            return null;
        }
    }
}
