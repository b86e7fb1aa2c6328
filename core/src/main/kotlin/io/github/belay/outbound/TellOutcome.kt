package io.github.belay.outbound

/** How one told event ended. Every event ends in exactly one of these. [toString] is fit for a log. */
public sealed class TellOutcome {
    /**
     * It took effect. A message was flushed: handed to the buffers between the transport and the socket, which
     * `docs/transports.md` gives in bytes. That says nothing about the peer, and a link that dies takes with it what is
     * in them. `Connect` started an attempt or found one; `Disconnect` brought the link down.
     */
    public object Done : TellOutcome() {
        override fun toString(): String = "Done"
    }

    /** Not taken: the queue is full. Nothing of it was sent; the connection is unharmed. */
    public class QueueFull(
        /** The bound that was met, in frames or bytes, as [what] says. */
        public val limit: Long,
        /** `frames`, `bytes` or `commands`. */
        public val what: String,
    ) : TellOutcome() {
        override fun toString(): String = "QueueFull(limit=$limit $what)"
    }

    /** Given up for want of room, as the overflow strategy demands; certainly never written. */
    public class Dropped(
        /** The bound that was met, in frames or bytes, as [what] says. */
        public val limit: Long,
        /** `frames` or `bytes`. */
        public val what: String,
    ) : TellOutcome() {
        override fun toString(): String = "Dropped(limit=$limit $what)"
    }

    /** Certainly never written. */
    public class NotDelivered(
        /** Why. */
        public val text: String,
    ) : TellOutcome() {
        override fun toString(): String = "NotDelivered($text)"
    }

    /** Not taken: the connection is closed for good. */
    public object Closed : TellOutcome() {
        override fun toString(): String = "Closed"
    }

    /** It was on its way into the socket when the link ended; nobody can know how far it came. */
    public class Unknown(
        /** What ended the link. */
        public val text: String,
    ) : TellOutcome() {
        override fun toString(): String = "Unknown($text)"
    }
}
