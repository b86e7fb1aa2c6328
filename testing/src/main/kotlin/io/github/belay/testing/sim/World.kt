package io.github.belay.testing.sim

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.WsRuntime
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.policy.ExponentialBackoff
import io.github.belay.policy.WsCircuitBreaker
import io.github.belay.policy.WsCircuitBreakerConfig
import io.github.belay.testing.MockServer
import io.github.belay.testing.SimDispatcher
import io.github.belay.transport.WsBuffers
import io.github.belay.transport.WsConnectFailure
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** One run: builds everything, lets the time pass, and looks whether the rules were kept. Good for one [run]. */
internal class World(
    private val scenario: Scenario,
    private val seams: Seams = Seams(),
) {
    private val settings = scenario.settings
    private val trace = RunTrace(::beforeStep)
    private val violations = Violations(trace)
    private val sim = SimDispatcher(scenario.seed, scenario.order, trace)
    private val now: () -> Duration = { sim.now }
    private val endsAt = scenario.endsAt ?: scenario.pace.horizon
    private val handler =
        CoroutineExceptionHandler { context, thrown ->
            violations.add(
                Invariant.NO_ERROR,
                "${context[CoroutineName]?.name} ended with ${thrown.stackTraceToString()}",
            )
        }

    /** Of the world around the connection. */
    private val worldJob = SupervisorJob()
    private val scope = CoroutineScope(sim + worldJob + handler)

    /** Of the connection. */
    private val parent = Job()

    private val ledger = Ledger(violations, now)
    private val topics = TopicRules(violations)
    private val lifecycle = LifecycleRules(violations)
    private val status = StatusRules(violations)
    private val strategy =
        ExponentialBackoff(settings.backoffBase, settings.backoffMax, BACKOFF_FACTOR, settings.jitter)
    private val backoff = BackoffRules(settings, strategy, violations, now)
    private val limits = TimeLimitRules(settings, violations, now)
    private val linkEnds = ArrayList<Duration>()
    private val tally = Tally()

    private val moods = Moods(settings.latency, now)
    private val mock = MockServer(sim + worldJob + handler, offersLoop = settings.loop)
    private val wishes = Wishes(settings, violations)
    private val server = SimServer(mock, scope, scenario, moods, ledger, wishes, trace, seams.quirks, now)
    private val transport =
        seams.transport(
            WatchedTransport(
                mock.transport,
                violations,
                trace,
                ::onAttempt,
                ::onRejected,
                onRead = { bounds.checkRead() },
                topics::came,
                tally,
            ),
        )
    private val pauses = Pauses()
    private val client = seams.client(ActorClient(actor()))
    private val bounds = Bounds(settings, client, topics, violations)
    private val reader = MessageReader(client, topics, pauses, tally, scope)
    private val user =
        User(
            client,
            ledger,
            backoff,
            pauses,
            reader,
            bounds,
            limits,
            wishes,
            trace,
            scope,
            parent,
            settings.timeToLive,
            now,
        )
    private lateinit var events: Job
    private var currentStatus = WsConnectionStatus.DISCONNECTED

    /** The step before was the connection's own: it may have filled something. */
    private var hadTurn = false

    /** From the end on everything is looked at, however much is found. */
    private var isEnding = false

    fun run(): SimulationReport {
        try {
            live()
            isEnding = true
            checkLiveness()
            end()
            ledger.outcomes().forEach(tally::add)
            wishes.outcomes.forEach(tally::add)
        } catch (_: Halt) {
            // A rule was broken. What comes after that says nothing.
        } catch (stuck: IllegalStateException) {
            violations.add(Invariant.NO_ERROR, "the run ended with ${stuck.stackTraceToString()}")
        }
        return SimulationReport(
            scenario,
            trace.hash,
            sim.steps,
            sim.now,
            violations.all,
            trace.tail(TAIL),
            tally.snapshot(),
        )
    }

    private fun live() {
        server.start()
        watch()
        scope.launch(
            CoroutineName("sim-nemesis"),
        ) { FaultDriver(server, moods, scope, trace, now).run(scenario.faults) }
        scope.launch(CoroutineName("sim-user")) { user.run(scenario.operations) }
        scope.launch(CoroutineName("sim-end")) { endOnTime() }
        runUntil(endsAt - 1.milliseconds)
    }

    private fun checkLiveness() {
        if (scenario.endsAt != null || !user.wantsUp) return
        val session = server.newest
        val isServed = currentStatus == WsConnectionStatus.CONNECTED && session != null && session.isSetUp
        violations.require(isServed, Invariant.LIVENESS) {
            "${scenario.pace.quiet} after the last fault the status is $currentStatus and the server has subscriptions ${session?.topics}"
        }
        if (isServed) wishes.check(session.topics, client.subscriptions.states())
    }

    private fun end() {
        runUntil(endsAt + settings.closeTimeout * CLOSING_STEPS)
        checkNothingLeft()
        runUntil(endsAt + FAREWELL)
        violations.require(!reader.isReading, Invariant.NOTHING_LEFT) { "the flow of messages has not completed" }
        Audit(violations, linkEnds, settings).run(ledger)
        StatsAudit(violations, client.stats()).run(tally.snapshot(), ledger)
        worldJob.cancel()
        runUntil(endsAt + FAREWELL * 2)
        violations.require(sim.idle, Invariant.NOTHING_LEFT) { "timers or tasks are left in the queue" }
    }

    private suspend fun endOnTime() {
        delay(endsAt)
        // A cancelled delivery lets go of what it holds before anybody can be told.
        if (scenario.ending == Ending.CANCEL_PARENT) topics.ended()
        user.end(scenario.ending)
    }

    private fun checkNothingLeft() {
        fun require(
            holds: Boolean,
            text: () -> String,
        ) = violations.require(holds, Invariant.NOTHING_LEFT, text)
        require(currentStatus == WsConnectionStatus.CLOSED) { "the status after the end is $currentStatus" }
        require(lifecycle.isClosed) { "the lifecycle after the end has no Closed" }
        require(parent.children.none()) { "coroutines are left: ${parent.children.joinToString()}" }
        require(mock.openConnections == 0) { "${mock.openConnections} links are open" }
        require(user.waiting == 0) { "${user.waiting} calls have not returned" }
        require(!events.isActive) { "the flow of lifecycle events has not completed" }
    }

    private fun watch() {
        // The status never completes; what is collected inline misses nothing.
        scope.launch(InlineDispatcher + CoroutineName("sim-status")) { client.status.collect(::onStatus) }
        // At once: a hot flow gives nothing of what was before.
        events =
            scope.launch(
                CoroutineName("sim-events"),
                CoroutineStart.UNDISPATCHED,
            ) { client.lifecycle.collect(::onLifecycle) }
        reader.start()
    }

    private fun onStatus(next: WsConnectionStatus) {
        trace.note("status", next)
        currentStatus = next
        if (next == WsConnectionStatus.CLOSED) topics.ended()
        status.on(next)
        backoff.on(next)
    }

    private fun onLifecycle(event: WsLifecycleEvent) {
        trace.note("lifecycle", event)
        lifecycle.on(event)
        tally.add(event::class.simpleName.orEmpty())
        if (event is WsLifecycleEvent.Disconnected) {
            tally.add(event.cause.kind)
            if (!event.wasOpen && event.cause is WsDisconnectCause.Requested) tally.add(CALLED_OFF)
        }
        backoff.on(event)
        limits.on(event)
        if (event is WsLifecycleEvent.Disconnected || event is WsLifecycleEvent.Closed) linkEnds += sim.now
        if (event is WsLifecycleEvent.GaveUp) user.wantsUp = false
    }

    private fun onAttempt() {
        backoff.attempts()
        server.prepareHandshake()
    }

    private fun onRejected(failure: WsConnectFailure.Rejected) {
        failure.headers["Retry-After"]?.let { backoff.isToldToStayAway(it.toInt().seconds) }
    }

    private fun actor(): WebSocketActor<Script.Tick> {
        val config = config()
        val runtime =
            WsRuntime(
                parent + handler,
                actor = sim,
                writer = sim,
                delivery = sim,
                sim.timeSource,
                Random(scenario.seed),
            )
        val ingress = SimIngress(settings.ingressEmits)
        return WebSocketActor(transport, seams.endpoint(SimEndpoint(settings, pauses)), ingress, config, runtime)
    }

    private fun config(): WebSocketActorConfig =
        WebSocketActorConfig
            .Builder()
            .apply {
                url("ws://simulated")
                reconnect = strategy
                heartbeat = settings.beating.strategy(settings.pingInterval, settings.pingTimeout)
                dataTimeout = settings.dataTimeout
                maxSilence = settings.maxSilence
                connectTimeout = settings.connectTimeout
                writeTimeout = settings.writeTimeout
                closeTimeout = settings.closeTimeout
                stabilityWindow = settings.stabilityWindow
                buffers = WsBuffers(maxMessageBytes = settings.maxMessageBytes)
                outboundCapacity = settings.outboundCapacity
                maxQueuedBytes = settings.maxQueuedBytes
                inboundCapacity = settings.inboundCapacity
                maxInboundBytes = settings.maxInboundBytes
                maxPendingRequests = settings.maxPendingRequests
                overflow = settings.overflow
                offline = settings.offline
                if (settings.breaker) circuitBreaker = breaker()
                seams.configure(this)
            }.build()

    private fun breaker() =
        WsCircuitBreaker(
            WsCircuitBreakerConfig(failureThreshold = 3, successThreshold = 1, openTimeout = 2.seconds),
            sim.timeSource,
        )

    private fun beforeStep(coroutine: String) {
        if (hadTurn) bounds.checkOutbound()
        hadTurn = coroutine.startsWith(ACTOR)
        haltIfBroken()
    }

    private fun runUntil(time: Duration) {
        sim.runUntil(time)
        haltIfBroken()
    }

    private fun haltIfBroken() {
        if (!isEnding && !violations.isEmpty) throw Halt()
    }

    /** Ends a run at the first violation before the end. */
    private class Halt : RuntimeException(null, null, false, false)

    private companion object {
        /** Close handshake, end of the socket, end of user code; and one for luck. */
        const val CLOSING_STEPS = 4

        /** Longer than the longest pause of a user and the longest way of a frame. */
        val FAREWELL = 10.seconds
        const val BACKOFF_FACTOR = 2.0
        const val TAIL = 60

        /** How the names of the connection's own coroutines begin. */
        const val ACTOR = "ws-actor"
    }
}
