package io.github.belay.testing

import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import kotlin.time.Duration

/** How a [MockServer] answers one attempt to connect. Immutable. */
public class MockHandshake private constructor(
    /** Time until the answer; infinite for [hang]. */
    internal val delay: Duration,
    /** What the client hears; null to accept. */
    internal val failure: WsConnectFailure?,
    internal val headers: WsHeaders = WsHeaders.EMPTY,
    internal val subprotocol: String? = null,
) {
    /** The same answer, [delay] later. The client's own time limit goes on. */
    public fun after(delay: Duration): MockHandshake {
        require(!delay.isNegative()) { "delay must not be negative but was $delay" }
        return MockHandshake(this.delay + delay, failure, headers, subprotocol)
    }

    override fun toString(): String =
        when {
            delay.isInfinite() -> "hang"
            failure != null -> "refuse($failure) after $delay"
            else -> "accept(subprotocol=$subprotocol) after $delay"
        }

    /** The answers there are. */
    public companion object {
        /**
         * The link opens. A [subprotocol] that the client did not offer fails the attempt as
         * [WsConnectFailure.InvalidHandshake], as it does with every transport.
         */
        @JvmStatic
        @JvmOverloads
        public fun accept(
            subprotocol: String? = null,
            headers: WsHeaders = WsHeaders.EMPTY,
        ): MockHandshake = MockHandshake(Duration.ZERO, failure = null, headers, subprotocol)

        /** The attempt fails with [failure]. */
        @JvmStatic
        public fun refuse(failure: WsConnectFailure): MockHandshake = MockHandshake(Duration.ZERO, failure)

        /** The server answers with [status] instead of 101; [body] is cut at [WsConnectFailure.MAX_BODY_BYTES] characters. */
        @JvmStatic
        @JvmOverloads
        public fun reject(
            status: Int,
            headers: WsHeaders = WsHeaders.EMPTY,
            body: String = "",
        ): MockHandshake =
            refuse(WsConnectFailure.Rejected(status, headers, body.take(WsConnectFailure.MAX_BODY_BYTES)))

        /** Nothing answers; the attempt ends by its time limit or its cancellation. */
        @JvmStatic
        public fun hang(): MockHandshake = MockHandshake(Duration.INFINITE, failure = null)
    }
}
