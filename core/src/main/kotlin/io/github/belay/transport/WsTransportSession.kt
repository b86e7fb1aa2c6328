package io.github.belay.transport

import io.github.belay.frame.WsFrame
import java.util.concurrent.Executor

/** One open link, as its owner drives it. All functions return at once and are safe from any thread. */
public interface WsTransportSession {
    /** What the server agreed to. */
    public val handshake: WsHandshake

    /**
     * Where the listener is called, if the transport has such a place: tasks given to it run on the same thread,
     * between reads. Null when the transport has no loop of its own.
     */
    public val loop: Executor?

    /**
     * False while more than [WsBuffers.maxWriteBufferBytes] are written and not flushed, and after the end. A write is
     * still taken then, but whoever goes on writing is not bounded.
     */
    public val isWritable: Boolean

    /**
     * Adds [frame] to what the next [flush] sends. Order is kept. Nothing is sent before a flush; what is
     * written while an earlier flush is under way may leave with that. A frame written after the end is dropped; the
     * flush tells.
     */
    public fun write(frame: WsFrame)

    /**
     * Sends everything written so far; [listener] hears once, on any thread. There is no time limit: the caller sets
     * one and aborts.
     */
    public fun flush(listener: WsFlushListener)

    /**
     * Turns reading on or off. Off stops reading from the socket, so that TCP holds the peer back; frames of a read
     * that has begun still arrive. Reading is on at first; turned off within [WsTransportListener.onOpen], no frame
     * arrives.
     */
    public fun setReading(enabled: Boolean)

    /**
     * Ends the link now, without a Close frame and even when the peer does not read. Idempotent.
     * [WsTransportListener.onClosed] follows.
     */
    public fun abort()
}

/** Hears how one flush ended. */
public fun interface WsFlushListener {
    /**
     * [failure] is null when everything written before the flush was handed to the socket, or to a bounded buffer
     * before it that the transport documents; "sent" means no more than that.
     */
    public fun onFlushed(failure: Throwable?)
}
