/**
 * WebSocket links over Netty's event loops, sockets and TLS, under Belay's own codec.
 *
 * <p>{@link io.github.belay.netty.NettyTransport} is the way in. Nothing here takes or returns null
 * unless it says so.
 */
@NullMarked
package io.github.belay.netty;

import org.jspecify.annotations.NullMarked;
