@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.WsRuntime
import io.github.belay.WsTarget
import io.github.belay.WsTargetProvider
import io.github.belay.endpoint.RawFrames
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.frame.WsFrame
import io.github.belay.ingress.ForwardAllIngress
import io.github.belay.ingress.WsIngress
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ConstantBackoff
import io.github.belay.policy.NoPingPong
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.testing.MockServer
import io.github.belay.testing.MockTransport
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.UnconfinedTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.test.testTimeSource
import java.time.InstantSource
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A connection under virtual time, its scripted server, and what it said of itself. */
internal class Scenario(
    val test: TestScope,
) {
    val parent = Job()

    /** Parent of the actors: empty when nothing of them is left. */
    val owner = Job(parent)
    private val dispatcher = StandardTestDispatcher(test.testScheduler)
    private val pair: Pair<MockTransport, MockServer> =
        MockTransport.channelPair(
            CoroutineScope(dispatcher + parent).coroutineContext,
        )
    val transport: MockTransport = pair.first
    val server: MockServer = pair.second
    val statuses = ArrayList<WsConnectionStatus>()
    val events = ArrayList<WsLifecycleEvent>()

    /** When each attempt began that was not refused, in virtual time since the start. */
    val attemptTimes = ArrayList<Duration>()

    /** Called for each event as it comes. */
    var onEvent: (WsLifecycleEvent) -> Unit = {}

    /** Virtual time since the start. */
    val now: Duration get() = test.currentTime.milliseconds

    val runtime = runtime()

    fun runtime(
        writer: CoroutineDispatcher = dispatcher,
        actor: CoroutineDispatcher = dispatcher,
        wallClock: InstantSource = InstantSource.system(),
    ): WsRuntime =
        WsRuntime(
            parent = owner,
            actor = actor,
            writer = writer,
            delivery = dispatcher,
            timeSource = test.testTimeSource,
            random = Random(SEED),
            wallClock = wallClock,
        )

    fun raw(
        configure: WebSocketActorConfig.Builder.() -> Unit = {
        },
    ): WebSocketActor<WsFrame> = actor(RawFrames(), configure = configure)

    fun <M : Any> actor(
        endpoint: WsEndpointHandler<M>,
        ingress: WsIngress<M> = ForwardAllIngress(),
        transport: WsTransport = this.transport,
        runtime: WsRuntime = this.runtime,
        target: WsTargetProvider = WsTargetProvider { WsTarget("ws://server.example/ws") },
        configure: WebSocketActorConfig.Builder.() -> Unit = {},
    ): WebSocketActor<M> {
        val actor =
            WebSocketActor(transport, endpoint, ingress, runtime) {
                target(target)
                reconnect = ConstantBackoff(1.seconds)
                heartbeat = NoPingPong
                configure()
            }
        watch(actor)
        return actor
    }

    private fun watch(actor: WebSocketActor<*>) {
        val watching = CoroutineScope(UnconfinedTestDispatcher(test.testScheduler) + parent)
        watching.launch { actor.status.collect(statuses::add) }
        watching.launch { actor.lifecycle.collect(::note) }
    }

    private fun note(event: WsLifecycleEvent) {
        if (event is WsLifecycleEvent.Connecting) attemptTimes += now
        events += event
        onEvent(event)
    }

    /** A breaker in the scenario's time. */
    fun breaker(config: WsCircuitBreakerConfig): WsCircuitBreaker = WsCircuitBreaker(config, test.testTimeSource)

    /** Lets everything happen that is due now. */
    fun settle() = test.runCurrent()

    /** Lets [duration] pass, and everything happen that is due by then. */
    fun pass(duration: Duration) {
        test.advanceTimeBy(duration)
        test.runCurrent()
    }

    /** How long [block] takes in virtual time. */
    suspend fun timeOf(block: suspend () -> Unit): Duration {
        val start = now
        block()
        return now - start
    }

    inline fun <reified E : WsLifecycleEvent> eventsOf(): List<E> = events.filterIsInstance<E>()

    companion object {
        private const val SEED = 7
    }
}

/** Runs [block] on a fresh scenario and ends what it started. */
internal fun scenario(block: suspend Scenario.() -> Unit) =
    runTest {
        val scenario = Scenario(this)
        try {
            scenario.block()
        } finally {
            scenario.parent.cancel()
        }
    }
