package io.github.belay.netty;

import io.github.belay.codec.WsDeflateAnswer;
import io.github.belay.codec.WsDeflateParameters;
import io.github.belay.codec.WsDeflateRules;
import io.github.belay.codec.WsFrameDecoder;
import io.github.belay.codec.WsFrameSink;
import io.github.belay.codec.WsSide;
import io.github.belay.frame.WsFrame;
import io.github.belay.frame.WsProtocolException;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsFlushListener;
import io.github.belay.transport.WsHandshake;
import io.github.belay.transport.WsLinkEnd;
import io.github.belay.transport.WsTransportListener;
import io.github.belay.transport.WsTransportSession;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open link: the last handler of its pipeline, which feeds what is read to the codec, and the
 * session that its owner drives.
 */
final class NettySession extends ChannelInboundHandlerAdapter implements WsTransportSession {
    private static final Logger log = LoggerFactory.getLogger(NettySession.class);

    /** For what came in before a write failed: a Close frame may say why. */
    private static final long LAST_READ_MILLIS = 1_000;

    private final Channel channel;
    private final WsConnectRequest request;
    private final WsHandshake handshake;
    private final WsTransportListener listener;
    private final WsFrameDecoder decoder;
    private final WsFrameSink sink;

    /** How the link ended, or is about to. The first word counts. */
    private final AtomicReference<@Nullable WsLinkEnd> end = new AtomicReference<>();

    private volatile boolean isViolated;

    private final SessionWriter writer;

    // Only the loop touches these.
    private boolean hasRead;
    private boolean isOver;

    /** Null until a write has failed. */
    private @Nullable String writeFailure;

    /** Made on the event loop of the channel. */
    NettySession(
            Channel channel,
            WsConnectRequest request,
            WsHandshake handshake,
            WsTransportListener listener) {
        this.channel = channel;
        this.request = request;
        this.handshake = handshake;
        this.listener = listener;
        WsDeflateParameters deflate = agreedOn(request, handshake);
        this.decoder =
                new WsFrameDecoder(
                        request.getBuffers().getMaxFrameBytes(),
                        request.getBuffers().getMaxMessageBytes(),
                        WsSide.CLIENT,
                        deflate);
        this.sink = listener::onFrame;
        this.writer =
                new SessionWriter(
                        channel,
                        deflate,
                        request.getBuffers().getMaxWriteBufferBytes(),
                        listener::onWritable,
                        this::onWriteFailed);
    }

    /** What client and server compress by; null for nothing. The answer was found to be lawful. */
    private static @Nullable WsDeflateParameters agreedOn(
            WsConnectRequest request, WsHandshake handshake) {
        if (request.getCompression() == null) return null;
        WsDeflateAnswer answer =
                WsDeflateRules.verify(
                        handshake.getHeaders().getEntries(), request.getCompression());
        return answer instanceof WsDeflateAnswer.Agreed agreed ? agreed.getParameters() : null;
    }

    /** Tells the listener that the link is open. What is read comes after that. */
    void begin() {
        try {
            listener.onOpen(this);
        } catch (Throwable bug) {
            onListenerFailed(bug);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (isViolated || isOver) return;
            hasRead = true;
            writer.onReadBegun();
            decoder.decode(bytesOf(bytes), sink);
        } catch (WsProtocolException violation) {
            isViolated = true;
            channel.config().setAutoRead(false);
            listener.onViolation(violation);
        } finally {
            bytes.release();
        }
    }

    /** Without an object of its own for each read, where the buffer lies in one piece. */
    private static ByteBuffer bytesOf(ByteBuf bytes) {
        return bytes.nioBufferCount() == 1
                ? bytes.internalNioBuffer(bytes.readerIndex(), bytes.readableBytes())
                : bytes.nioBuffer();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!hasRead) return;
        hasRead = false;
        try {
            if (!isOver) listener.onReadComplete();
        } finally {
            writer.onReadComplete();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close) {
            end.compareAndSet(
                    null,
                    close.isSuccess()
                            ? WsLinkEnd.EndOfStream.INSTANCE
                            : new WsLinkEnd.Failed(
                                    "the stream ended without close_notify and may be cut short"));
            if (close.isSuccess()) channel.close();
        }
    }

    /** The socket and TLS fail with these two; what else comes here was thrown by the listener. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            endWith("the connection broke: " + describe(cause));
        } else if (cause instanceof CodecException && cause.getCause() != null) {
            endWith("TLS broke: " + describe(cause.getCause()));
        } else {
            onListenerFailed(cause);
        }
    }

    private void onListenerFailed(Throwable bug) {
        log.error(
                "The listener of the link to {} failed, and the link with it: {}",
                request.getUrl(),
                Place.of(bug));
        endWith("the listener threw " + bug.getClass().getSimpleName());
    }

    private void endWith(String message) {
        end.compareAndSet(null, new WsLinkEnd.Failed(message));
        channel.close();
    }

    /** Reading goes on: it may bring a Close frame, and the end. */
    private void onWriteFailed(Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        writeFailure = "a write failed: " + describe(root);
        channel.eventLoop()
                .schedule((Runnable) channel::close, LAST_READ_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (isOver) return;
        isOver = true;
        decoder.close();
        writer.end(new IOException("the link is gone"));
        // A reset that a write has found looks to the reader like an end in order.
        end.compareAndSet(
                null,
                writeFailure == null
                        ? WsLinkEnd.EndOfStream.INSTANCE
                        : new WsLinkEnd.Failed(writeFailure));
        try {
            listener.onClosed(Objects.requireNonNull(end.get()));
        } catch (Throwable bug) {
            log.error(
                    "The listener of {} failed at its last call: {}",
                    request.getUrl(),
                    Place.of(bug));
        }
    }

    @Override
    public WsHandshake getHandshake() {
        return handshake;
    }

    @Override
    public Executor getLoop() {
        return channel.eventLoop();
    }

    @Override
    public boolean isWritable() {
        return writer.isWritable();
    }

    @Override
    public void write(WsFrame frame) {
        writer.write(frame);
    }

    @Override
    public void flush(WsFlushListener flushed) {
        writer.flush(flushed);
    }

    @Override
    public void setReading(boolean enabled) {
        if (enabled && isViolated) return;
        try {
            channel.config().setAutoRead(enabled);
        } catch (RejectedExecutionException loopEnded) {
            // So has the link.
            return;
        }
    }

    @Override
    public void abort() {
        if (!end.compareAndSet(null, WsLinkEnd.Aborted.INSTANCE)) return;
        try {
            channel.eventLoop().execute(this::closeNow);
        } catch (RejectedExecutionException loopEnded) {
            // So has the link.
            return;
        }
    }

    /**
     * What the socket has taken still goes out. What it has not is lost in any case: then the
     * connection is reset, so that the system need not keep it for a peer that does not read.
     */
    private void closeNow() {
        if (!writer.isStuck()) {
            channel.close();
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        LinkOpening.closeAtOnce(channel);
    }
}
