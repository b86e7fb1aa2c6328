package io.github.belay.benchmarks.subject

import io.netty.bootstrap.Bootstrap
import io.netty.buffer.Unpooled
import io.netty.channel.Channel
import io.netty.channel.ChannelFuture
import io.netty.channel.ChannelHandlerContext
import io.netty.channel.ChannelInboundHandlerAdapter
import io.netty.channel.ChannelInitializer
import io.netty.channel.ChannelOption
import io.netty.channel.MultiThreadIoEventLoopGroup
import io.netty.channel.epoll.Epoll
import io.netty.channel.epoll.EpollIoHandler
import io.netty.channel.epoll.EpollSocketChannel
import io.netty.channel.nio.NioIoHandler
import io.netty.channel.socket.nio.NioSocketChannel
import io.netty.handler.codec.http.HttpClientCodec
import io.netty.handler.codec.http.HttpObjectAggregator
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent
import io.netty.handler.codec.http.websocketx.WebSocketFrame
import io.netty.handler.ssl.SslContextBuilder
import kotlinx.coroutines.future.await
import java.net.URI
import java.util.concurrent.CompletableFuture

/** Netty with its own WebSocket codec, UTF-8 validator off as its documentation of speed advises, on one event loop. */
internal class NettyCodec(
    trust: Trust,
) : Subject {
    private val isNative = Epoll.isAvailable()
    private val loops =
        MultiThreadIoEventLoopGroup(1, if (isNative) EpollIoHandler.newFactory() else NioIoHandler.newFactory())
    private val tls = SslContextBuilder.forClient().trustManager(trust.manager).build()

    override fun open(
        url: String,
        receiver: Receiver,
    ): Link {
        val target = URI(url)
        val handler = NettyHandler(receiver)
        Bootstrap()
            .group(loops)
            .channel(if (isNative) EpollSocketChannel::class.java else NioSocketChannel::class.java)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(pipeline(target, handler))
            .connect(target.host, target.port)
            .addListener { if (!it.isSuccess) handler.opened.completeExceptionally(it.cause()) }
        return handler.opened.get()
    }

    private fun pipeline(
        target: URI,
        handler: NettyHandler,
    ) = object : ChannelInitializer<Channel>() {
        override fun initChannel(channel: Channel) {
            val config =
                WebSocketClientProtocolConfig
                    .newBuilder()
                    .webSocketUri(target)
                    .maxFramePayloadLength(MAX_FRAME_BYTES)
                    .withUTF8Validator(false)
                    .build()
            if (target.scheme ==
                "wss"
            ) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), target.host, target.port))
            }
            channel
                .pipeline()
                .addLast(HttpClientCodec(), HttpObjectAggregator(8192), WebSocketClientProtocolHandler(config), handler)
        }
    }

    override fun close() {
        loops.shutdownGracefully()
    }

    private companion object {
        const val MAX_FRAME_BYTES = 1 shl 20
    }
}

private class NettyHandler(
    private val receiver: Receiver,
) : ChannelInboundHandlerAdapter() {
    val opened = CompletableFuture<NettyLink>()
    private var link: NettyLink? = null

    override fun userEventTriggered(
        context: ChannelHandlerContext,
        event: Any,
    ) {
        if (event != ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) return
        val open = NettyLink(context.channel())
        link = open
        receiver.onOpen(open)
        opened.complete(open)
    }

    override fun channelRead(
        context: ChannelHandlerContext,
        message: Any,
    ) {
        val frame = message as WebSocketFrame
        val bytes = frame.content()
        val to = checkNotNull(link)
        if (frame is TextWebSocketFrame && receiver.payload == Payload.STRING) {
            val text = frame.text()
            receiver.onMessage(to, text.length, text[0].code)
        } else {
            receiver.onMessage(to, bytes.readableBytes(), bytes.getByte(bytes.readerIndex()).toInt())
        }
        frame.release()
    }

    override fun channelReadComplete(context: ChannelHandlerContext) {
        link?.let(receiver::onReadComplete)
    }

    override fun channelWritabilityChanged(context: ChannelHandlerContext) {
        if (context.channel().isWritable) link?.proceed()
    }

    override fun channelInactive(context: ChannelHandlerContext) {
        link?.let(receiver::onLost)
    }

    override fun exceptionCaught(
        context: ChannelHandlerContext,
        cause: Throwable,
    ) {
        opened.completeExceptionally(cause)
        context.close()
    }
}

private class NettyLink(
    private val channel: Channel,
) : Link {
    private var pumped: Message? = null
    private var left = 0L

    override fun begin(task: () -> Unit) = channel.eventLoop().execute(task)

    override fun send(message: Message) {
        channel.write(frameOf(message), channel.voidPromise())
    }

    private fun frameOf(message: Message) = BinaryWebSocketFrame(Unpooled.wrappedBuffer(message.bytes))

    override fun flush() {
        channel.flush()
    }

    override fun pump(
        message: Message,
        count: Long,
    ) {
        pumped = message
        left = count
        proceed()
    }

    /** On the loop: goes on until the channel has enough. */
    fun proceed() {
        val message = pumped ?: return
        while (left > 0 && channel.isWritable) {
            send(message)
            if (left % FLUSH_EVERY == 0L) flush()
            left--
        }
        flush()
        // A flush that went through at once is followed by no change of writability.
        if (left > 0 && channel.isWritable) channel.eventLoop().execute(::proceed)
    }

    override suspend fun sendFromCoroutine(
        message: Message,
        count: Int,
    ) {
        burst(message, count).await()
    }

    override fun sendFromThread(
        message: Message,
        count: Int,
    ) {
        burst(message, count).join()
    }

    /** Ends when the last of the burst went out. */
    private fun burst(
        message: Message,
        count: Int,
    ): CompletableFuture<Unit> {
        repeat(count - 1) { send(message) }
        val sent = CompletableFuture<Unit>()
        channel.writeAndFlush(frameOf(message)).addListener { done ->
            if (done.isSuccess) sent.complete(Unit) else sent.completeExceptionally((done as ChannelFuture).cause())
        }
        return sent
    }

    override fun close() {
        channel.close()
    }

    private companion object {
        const val FLUSH_EVERY = 64L
    }
}
