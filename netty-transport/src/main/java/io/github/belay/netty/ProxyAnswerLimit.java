package io.github.belay.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;

/**
 * Fails a tunnel whose proxy answers with more than a head may have. Netty's handler for the proxy
 * would drop such a head, and wait for ever for what follows it.
 *
 * <p>Stands before that handler until there is a tunnel. Nothing of the server's can come until
 * then: with {@code ws} and {@code wss} alike the client speaks first.
 */
final class ProxyAnswerLimit extends ChannelInboundHandlerAdapter {
    /** What Netty's handler takes of header lines, the status line not counted. */
    private static final int MAX_BYTES = 8 * 1024;

    private long bytes;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf piece = (ByteBuf) message;
        bytes += piece.readableBytes();
        if (bytes <= MAX_BYTES) {
            ctx.fireChannelRead(piece);
            return;
        }
        piece.release();
        ctx.fireExceptionCaught(
                new TooLongFrameException("the answer has more than " + MAX_BYTES + " bytes"));
    }
}
