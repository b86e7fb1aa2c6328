package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameView
import io.github.belay.frame.WsProtocolException
import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsLinkEnd
import io.github.belay.transport.WsTransportListener
import io.github.belay.transport.WsTransportSession
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * A transport listener that writes down what it hears, checks that the transport keeps the contract, and lets a test on
 * another thread wait for what shall come.
 *
 * The `await` functions block the calling thread, at most for [patience] each, and throw [AssertionError] with all that
 * was heard when the thing does not come. Under virtual time, where nothing may block, read [events] instead. Safe from
 * any thread. At most [maxEvents] events are kept; one more is a breach.
 */
public open class RecordingListener
    @JvmOverloads
    constructor(
        private val patience: Duration = 10.seconds,
        private val maxEvents: Int = DEFAULT_MAX_EVENTS,
    ) : WsTransportListener {
        private val lock = ReentrantLock()
        private val changed = lock.newCondition()
        private val rules = ListenerRules()

        // Written and read under the lock.
        private val heard = ArrayList<ListenerEvent>()
        private val broken = ArrayList<String>()
        private var nextEvent = 0

        /** The view of the latest [onFrame], kept against the rules so that a test can see that it is of no use. */
        @Volatile public var keptView: WsFrameView? = null
            private set

        /** Everything heard so far, in order. */
        public val events: List<ListenerEvent> get() = lock.withLock { heard.toList() }

        /** The frames heard so far, in order. */
        public val frames: List<WsFrame> get() = events.filterIsInstance<ListenerEvent.FrameCame>().map { it.frame }

        /** Rules of the contract that the transport broke, in words. */
        public val breaches: List<String> get() = lock.withLock { broken.toList() }

        override fun onOpen(session: WsTransportSession) {
            record(ListenerEvent.Opened(session))
        }

        override fun onConnectFailed(failure: WsConnectFailure) {
            record(ListenerEvent.ConnectFailed(failure))
        }

        override fun onFrame(frame: WsFrameView) {
            keptView = frame
            record(ListenerEvent.FrameCame(frame.toFrame()))
        }

        override fun onReadComplete() {
            record(ListenerEvent.ReadCompleted)
        }

        override fun onWritable() {
            record(ListenerEvent.BecameWritable)
        }

        override fun onViolation(violation: WsProtocolException) {
            record(ListenerEvent.Violated(violation))
        }

        override fun onClosed(end: WsLinkEnd) {
            record(ListenerEvent.Closed(end))
        }

        /** Called for each event after it is written down, within the transport's call. Does nothing unless overridden. */
        protected open fun onEvent(event: ListenerEvent) {
        }

        private fun record(event: ListenerEvent) {
            val overlap = rules.enter()
            lock.withLock {
                val breaches = listOfNotNull(overlap, rules.breachOf(event), overflow())
                broken += breaches.take(MAX_BREACHES - broken.size)
                if (heard.size < maxEvents) heard += event
                changed.signalAll()
            }
            onEvent(event)
            rules.leave()
        }

        private fun overflow(): String? = if (heard.size >= maxEvents) "more than $maxEvents events came" else null

        /** The session, once the link is open. */
        public fun awaitOpen(): WsTransportSession = await<ListenerEvent.Opened>("the link to open").session

        /** Why the link did not open. */
        public fun awaitConnectFailure(): WsConnectFailure =
            await<ListenerEvent.ConnectFailed>("the attempt to fail").failure

        /** The next frame after those that this function has returned. */
        public fun awaitFrame(): WsFrame = awaitNext<ListenerEvent.FrameCame>("a frame").frame

        /** The next [count] frames, in order. */
        public fun awaitFrames(count: Int): List<WsFrame> = List(count) { awaitFrame() }

        /** How the peer broke the protocol. */
        public fun awaitViolation(): WsProtocolException = await<ListenerEvent.Violated>("a violation").violation

        /** Returns when the session has become writable at least once. */
        public fun awaitWritable() {
            await<ListenerEvent.BecameWritable>("the session to become writable")
        }

        /** How the link ended. */
        public fun awaitClosed(): WsLinkEnd = await<ListenerEvent.Closed>("the link to end").end

        /** Blocks until [holds] for everything heard; false when it still does not after [patience]. */
        public fun eventually(holds: (List<ListenerEvent>) -> Boolean): Boolean =
            lock.withLock {
                var nanos = patience.inWholeNanoseconds
                while (nanos > 0 && !holds(heard)) nanos = changed.awaitNanos(nanos)
                holds(heard)
            }

        /**
         * Blocks for [time], or until an event that [matches] is among those heard. True if none is. For what must *not*
         * happen, where waiting is all that one can do.
         */
        public fun staysWithout(
            time: Duration,
            matches: (ListenerEvent) -> Boolean,
        ): Boolean =
            lock.withLock {
                var nanos = time.inWholeNanoseconds
                while (nanos > 0 && heard.none(matches)) nanos = changed.awaitNanos(nanos)
                heard.none(matches)
            }

        /** Throws [AssertionError] naming every breach and everything heard, unless the contract was kept. */
        public fun assertContractKept() {
            lock.withLock {
                if (broken.isNotEmpty()) throw AssertionError("the transport broke its contract: $broken; heard $heard")
            }
        }

        private inline fun <reified E : ListenerEvent> await(what: String): E = awaitFrom(0, what) { it as? E }.second

        private inline fun <reified E : ListenerEvent> awaitNext(what: String): E =
            lock.withLock {
                val (index, event) = awaitFrom(nextEvent, what) { it as? E }
                nextEvent = index + 1
                event
            }

        private fun <E : Any> awaitFrom(
            start: Int,
            what: String,
            pick: (ListenerEvent) -> E?,
        ): Pair<Int, E> =
            lock.withLock {
                var index = start
                var found: E? = null
                var nanos = patience.inWholeNanoseconds
                while (true) {
                    while (found == null && index < heard.size) found = pick(heard[index++])
                    if (found != null || nanos <= 0) break
                    nanos = changed.awaitNanos(nanos)
                }
                val event = found ?: throw AssertionError("waited $patience for $what; heard $heard, broken $broken")
                index - 1 to event
            }

        /** Limits. */
        public companion object {
            /** Events that a listener keeps unless told otherwise. */
            public const val DEFAULT_MAX_EVENTS: Int = 100_000

            private const val MAX_BREACHES = 100
        }
    }
