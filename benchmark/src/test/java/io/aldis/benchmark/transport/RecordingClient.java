package io.aldis.benchmark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Sends something as soon as it may, and notes what happens to it. */
final class RecordingClient extends ChannelInboundHandlerAdapter {

    private final byte[] toSend;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private final CompletableFuture<byte[]> echo = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /** What it was told, in order; bytes once. */
    final List<String> events = new CopyOnWriteArrayList<>();

    RecordingClient(byte[] toSend) {
        this.toSend = toSend;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        events.add("active");
        if (toSend.length > 0) {
            // As the engine does it.
            ctx.writeAndFlush(Unpooled.wrappedBuffer(toSend), ctx.voidPromise());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        byte[] content = new byte[bytes.readableBytes()];
        bytes.readBytes(content);
        bytes.release();
        received.writeBytes(content);
        if (!events.contains("bytes")) {
            events.add("bytes");
        }
        if (received.size() >= toSend.length) {
            echo.complete(received.toByteArray());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        events.add("failure");
        failure.complete(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.add("inactive");
        end.complete(null);
        echo.completeExceptionally(new IllegalStateException("the connection ended"));
    }

    /** What came back, once all has. */
    byte[] echo() throws Exception {
        return echo.get(30, TimeUnit.SECONDS);
    }

    /** What the client was told of after it was ready. */
    Throwable failure() throws Exception {
        return failure.get(30, TimeUnit.SECONDS);
    }

    void awaitEnd() throws Exception {
        end.get(30, TimeUnit.SECONDS);
    }
}
