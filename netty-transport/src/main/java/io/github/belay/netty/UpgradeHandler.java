package io.github.belay.netty;

import io.github.belay.codec.WsHandshakeRules;
import io.github.belay.transport.WsConnectFailure;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsHandshake;
import io.github.belay.transport.WsHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the upgrade on one connection and judges the answer (RFC 6455 section 4.1). It tells one
 * outcome, once; what comes later is dropped.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {
    /** Hears how the upgrade ended, on the event loop. */
    interface Outcome {
        /** A verified 101. The connection is to carry a link from now on. */
        void onGranted(ChannelHandlerContext upgrade, WsHandshake handshake);

        /** No link on this connection. */
        void onRefused(ChannelHandlerContext upgrade, WsConnectFailure failure);
    }

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private final WsConnectRequest request;
    private final ConnectFailures failures;
    private final Outcome outcome;
    private final String key;

    private boolean isDone;

    /** True while what is being read belongs to an answer 1xx that is not the last word. */
    private boolean isInterim;

    /** The verified 101, until its last byte is read. */
    private @Nullable WsHandshake granted;

    /** An answer that is not 101, while its body is being read. */
    private @Nullable HttpResponse refusal;

    /** The first bytes of the body. */
    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    /**
     * @param key what {@link WsHandshakeRules#newKey} has made for this connection
     */
    UpgradeHandler(
            WsConnectRequest request, String key, ConnectFailures failures, Outcome outcome) {
        this.request = request;
        this.key = key;
        this.failures = failures;
        this.outcome = outcome;
    }

    /** What reads the answer: header lines as they are, to be judged here. */
    static HttpResponseDecoder newDecoder() {
        return new HttpResponseDecoder(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_LINE_BYTES)
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setValidateHeaders(false));
    }

    /** TLS and the proxy hold the request back until it may go. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(UpgradeRequest.bytesOf(request, key)));
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (isDone) return;
            if (message instanceof HttpResponse answer) judge(ctx, answer);
            if (message instanceof HttpContent content) take(ctx, content);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void judge(ChannelHandlerContext ctx, HttpResponse answer) {
        if (answer.decoderResult().isFailure()) {
            refuse(ctx, failures.notHttp(answer.decoderResult().cause()));
            return;
        }
        int status = answer.status().code();
        // RFC 9110 section 15.2: any number of these may come before the answer.
        isInterim =
                status != SWITCHING_PROTOCOLS
                        && answer.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (isInterim) return;
        if (status != SWITCHING_PROTOCOLS) {
            refusal = answer;
            return;
        }
        String broken = broken(answer);
        if (broken != null) {
            refuse(ctx, new WsConnectFailure.InvalidHandshake(broken));
            return;
        }
        String subprotocol = answer.headers().get("Sec-WebSocket-Protocol");
        granted =
                new WsHandshake(
                        WsHeaders.received(answer.headers().entries()),
                        subprotocol == null ? null : subprotocol.trim());
    }

    /** The rule that a 101 broke; null for none. */
    private @Nullable String broken(HttpResponse answer) {
        return WsHandshakeRules.verify(
                answer.status().code(),
                answer.headers().entries(),
                key,
                request.getSubprotocols(),
                answer.protocolVersion().text(),
                request.getCompression());
    }

    private void take(ChannelHandlerContext ctx, HttpContent content) {
        boolean isLast = content instanceof LastHttpContent;
        if (refusal != null) {
            keep(content.content());
            if (isLast || body.readableBytes() == WsConnectFailure.MAX_BODY_BYTES) {
                refuse(ctx, refusal());
            }
        } else if (granted != null && isLast) {
            isDone = true;
            outcome.onGranted(ctx, granted);
        }
        if (isLast) isInterim = false;
    }

    /** On the heap: nobody need release it. */
    private void keep(ByteBuf piece) {
        if (body.capacity() == 0) body = Unpooled.buffer(256, WsConnectFailure.MAX_BODY_BYTES);
        body.writeBytes(piece, Math.min(piece.readableBytes(), body.maxWritableBytes()));
    }

    /** What is known so far of a refusal whose body has not ended; null if there is none. */
    @Nullable WsConnectFailure refusalSoFar() {
        return refusal == null ? null : refusal();
    }

    private WsConnectFailure refusal() {
        HttpResponse answer = Objects.requireNonNull(refusal);
        return new WsConnectFailure.Rejected(
                answer.status().code(),
                WsHeaders.received(answer.headers().entries()),
                body.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse(ctx, refusal == null ? failures.of(cause) : refusal());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refuse(ctx, refusal == null ? failures.ended() : refusal());
        ctx.fireChannelInactive();
    }

    private void refuse(ChannelHandlerContext ctx, WsConnectFailure failure) {
        if (isDone) return;
        isDone = true;
        outcome.onRefused(ctx, failure);
    }
}
