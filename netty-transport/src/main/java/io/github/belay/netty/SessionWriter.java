package io.github.belay.netty;

import io.github.belay.codec.WsDeflateParameters;
import io.github.belay.codec.WsFrameEncoder;
import io.github.belay.codec.WsMaskKeys;
import io.github.belay.frame.WsFrame;
import io.github.belay.transport.WsFlushListener;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of one link. What is written on the loop is encoded at once into a large buffer;
 * a drain sends all of it in one go.
 *
 * <p>Other threads enter through an inbox with a doorbell: the first flush rings, and one drain on
 * the loop serves all that have come by then. Inside a read nobody rings, since its end drains.
 */
final class SessionWriter {
    private static final Logger log = LoggerFactory.getLogger(SessionWriter.class);

    /** The largest buffer that frames are encoded into, and the smallest. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final int MIN_BUFFER_BYTES = 4 * 1024;

    /** Header with a mask key, for a payload of up to 125 bytes; 2 and 8 more for longer ones. */
    private static final int MIN_HEADER_BYTES = 6;

    /** One for all links of a loop, whose writers take turns. */
    private static final FastThreadLocal<WsMaskKeys> KEYS =
            new FastThreadLocal<>() {
                @Override
                protected WsMaskKeys initialValue() {
                    return new WsMaskKeys();
                }
            };

    /** A flush that is under way: it is done when the link has sent {@code at} bytes in all. */
    private record Flush(long at, WsFlushListener listener) {}

    private final Channel channel;
    private final EventLoop loop;
    private final long maxBytes;
    private final Runnable onWritable;
    private final Consumer<Throwable> onFailure;
    private final WsFrameEncoder encoder;

    /**
     * Bytes written and not sent yet, headers included; a message counts as what it is before it is
     * compressed. What stands in {@link #uncounted} comes on top.
     */
    private final AtomicLong unsent = new AtomicLong();

    /** True from the ring of the doorbell until the drain begins. */
    private final AtomicBoolean isRung = new AtomicBoolean();

    private final Object lock = new Object();

    /** Frames and flush listeners of other threads. Under the lock. */
    private ArrayDeque<Object> inbox = new ArrayDeque<>();

    /** Whether the inbox holds anything: written under the lock, read by the loop without it. */
    private volatile boolean hasInbox;

    /** True once nothing can be sent any more. Written under the lock. */
    private volatile boolean isOver;

    // Only the loop touches these.
    private final ArrayDeque<Flush> flushes = new ArrayDeque<>();
    private long handedBytes;
    private long sentBytes;
    private boolean isReading;
    private @Nullable Throwable failure;

    /** What was written on the loop and is not in {@link #unsent} yet: one addition serves many. */
    private long uncounted;

    /** What is being filled, and where in it; both null between buffers. */
    private @Nullable ByteBuf buffer;

    private @Nullable ByteBuffer room;

    /** What stands in {@link #unsent} for the frames that end in the buffer. */
    private long filledCount;

    /** True from a flush until the drain that serves it. */
    private boolean isFlushDue;

    /** Size of the next buffer: about what left last time, so that one buffer does. */
    private int nextBytes = MIN_BUFFER_BYTES;

    private long lastDrainedAt;

    /**
     * Made on the loop.
     *
     * @param deflate what was agreed on for compressed messages; null for nothing
     * @param onWritable called on the loop whenever the link turns writable
     * @param onFailure called on the loop when a write has failed, once
     */
    SessionWriter(
            Channel channel,
            @Nullable WsDeflateParameters deflate,
            long maxBytes,
            Runnable onWritable,
            Consumer<Throwable> onFailure) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.maxBytes = maxBytes;
        this.onWritable = onWritable;
        this.onFailure = onFailure;
        this.encoder = new WsFrameEncoder(KEYS.get(), deflate);
    }

    boolean isWritable() {
        long here = loop.inEventLoop() ? uncounted : 0;
        return !isOver && unsent.get() + here <= maxBytes;
    }

    /** Whether bytes have been given to Netty that the socket has not taken. Loop only. */
    boolean isStuck() {
        return sentBytes < handedBytes;
    }

    void write(WsFrame frame) {
        if (isOver) return;
        if (loop.inEventLoop()) {
            // What another thread wrote before it made this one write goes first.
            takeInbox();
            uncounted += wireBytes(frame);
            encode(frame);
        } else {
            unsent.addAndGet(wireBytes(frame));
            post(frame);
        }
    }

    void flush(WsFlushListener listener) {
        if (loop.inEventLoop()) {
            takeInbox();
            flushHere(listener);
            if (!isReading) ring();
        } else if (post(listener)) {
            ring();
        } else {
            tell(listener, gone());
        }
    }

    /** False if nothing can be sent any more. */
    private boolean post(Object item) {
        synchronized (lock) {
            if (isOver) return false;
            inbox.add(item);
            hasInbox = true;
            return true;
        }
    }

    private void takeInbox() {
        if (!hasInbox) return;
        ArrayDeque<Object> taken;
        synchronized (lock) {
            taken = inbox;
            inbox = new ArrayDeque<>();
            hasInbox = false;
        }
        for (Object item : taken) {
            if (item instanceof WsFrame frame) encode(frame);
            else flushHere((WsFlushListener) item);
        }
    }

    private void flushHere(WsFlushListener listener) {
        if (failure != null) {
            tell(listener, failure);
            return;
        }
        flushes.add(new Flush(handedBytes + filled(), listener));
        isFlushDue = true;
    }

    private void ring() {
        if (isRung.get() || !isRung.compareAndSet(false, true)) return;
        try {
            loop.execute(this::drain);
        } catch (RejectedExecutionException loopEnded) {
            end(gone());
        }
    }

    /** A read has begun: flushes on the loop wait for its end. */
    void onReadBegun() {
        isReading = true;
    }

    /** The read is over: what its frames were answered with leaves now. */
    void onReadComplete() {
        isReading = false;
        if (isFlushDue || hasInbox) drain();
    }

    /** Sends everything, if a flush asked for that. */
    private void drain() {
        // First, so that whoever comes from now on rings anew.
        isRung.set(false);
        takeInbox();
        if (!isFlushDue) return;
        isFlushDue = false;
        if (filled() > 0) handOver();
        nextBytes = fitting(handedBytes - lastDrainedAt);
        lastDrainedAt = handedBytes;
        channel.flush();
        settle();
    }

    /**
     * Puts a frame into the buffer, or into several. A write that fails at once ends it, and the
     * link.
     */
    private void encode(WsFrame frame) {
        if (failure != null) return;
        try {
            encoder.begin(frame);
            while (failure == null) {
                ByteBuffer target = room == null ? newBuffer(encoder.getRemaining()) : room;
                boolean isWhole = encoder.write(target);
                if (isWhole) filledCount += wireBytes(frame);
                if (!target.hasRemaining()) {
                    nextBytes = BUFFER_BYTES;
                    handOver();
                }
                if (isWhole) return;
            }
        } catch (RuntimeException | OutOfMemoryError broken) {
            fail(broken);
        }
    }

    private ByteBuffer newBuffer(long atLeast) {
        int size = Math.max(fitting(atLeast), nextBytes);
        ByteBuf taken = channel.alloc().directBuffer(size, size);
        ByteBuffer view = taken.internalNioBuffer(0, size);
        buffer = taken;
        room = view;
        return view;
    }

    private static int fitting(long bytes) {
        return (int) Math.max(MIN_BUFFER_BYTES, Math.min(bytes, BUFFER_BYTES));
    }

    private int filled() {
        return room == null ? 0 : room.position();
    }

    private void dropBuffer() {
        if (buffer != null) buffer.release();
        buffer = null;
        room = null;
        filledCount = 0;
    }

    /** Gives the buffer to Netty. */
    private void handOver() {
        ByteBuf full = Objects.requireNonNull(buffer);
        int size = filled();
        long counted = filledCount;
        buffer = null;
        dropBuffer();
        unsent.addAndGet(uncounted);
        uncounted = 0;
        handedBytes += size;
        full.writerIndex(size);
        channel.write(full).addListener(written -> onSent(written, size, counted));
    }

    private void onSent(Future<?> written, int size, long counted) {
        if (!written.isSuccess()) {
            fail(written.cause());
            return;
        }
        sentBytes += size;
        settle();
        long before = unsent.getAndAdd(-counted) + uncounted;
        if (before > maxBytes && before - counted <= maxBytes && !isOver) onWritable.run();
    }

    private void settle() {
        while (!flushes.isEmpty() && flushes.element().at <= sentBytes) {
            tell(flushes.remove().listener, null);
        }
    }

    private void fail(Throwable cause) {
        if (failure != null) return;
        end(cause);
        onFailure.accept(cause);
    }

    /** Nothing is sent from now on: every flush fails. Idempotent. */
    void end(Throwable cause) {
        if (failure == null) failure = cause;
        synchronized (lock) {
            isOver = true;
        }
        takeInbox();
        while (!flushes.isEmpty()) tell(flushes.remove().listener, cause);
        dropBuffer();
        // Off the loop only once that has ended, and it has ended its links before.
        if (loop.inEventLoop()) encoder.close();
    }

    /** The cause that a flush hears which comes too late. */
    private static Throwable gone() {
        return new IOException("the link is gone");
    }

    private static void tell(WsFlushListener listener, @Nullable Throwable failure) {
        try {
            listener.onFlushed(failure);
        } catch (Throwable bug) {
            log.error("A flush listener failed: {}", Place.of(bug));
        }
    }

    private static long wireBytes(WsFrame frame) {
        int size = frame.getPayload().getSize();
        int extended = size <= 125 ? 0 : size <= 0xFFFF ? Short.BYTES : Long.BYTES;
        return (long) MIN_HEADER_BYTES + extended + size;
    }
}
