package io.github.belay.testing.sim

import io.github.belay.WebSocketException
import io.github.belay.WebSocketTimeoutException
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.request.WsConfirmMode
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptions
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration

/** The user of a connection: does what the schedule says, waits in the background, and writes down how it went. */
internal class User(
    private val client: Client,
    private val ledger: Ledger,
    private val backoff: BackoffRules,
    private val pauses: Pauses,
    private val reader: MessageReader,
    private val bounds: Bounds,
    private val limits: TimeLimitRules,
    private val wishes: Wishes,
    private val trace: RunTrace,
    private val scope: CoroutineScope,
    private val parent: Job,
    private val timeToLive: Duration,
    private val now: () -> Duration,
) {
    /** True while the connection should come back by itself; the run ends it when the connection gives up. */
    var wantsUp = false

    /** Calls that have not returned. */
    var waiting = 0
        private set

    /** Runs [events], which are in the order of their times. */
    suspend fun run(events: List<OperationEvent>) {
        for (event in events) {
            delay(event.at - now())
            trace.note("user", event.operation)
            val before = waiting
            perform(event.operation)
            // Now, before the connection takes its turn, they are fullest.
            bounds.checkCommands(taken = waiting - before)
            bounds.checkOutbound()
        }
    }

    private fun perform(operation: Operation) {
        when (operation) {
            is Operation.Ask -> {
                ask(operation)
            }

            is Operation.AskTwoThings -> {
                ask(request(operation.id, variant = 0), WsConfirmMode.CONFIRMED, operation.timeout)
                ask(request(operation.id, variant = 1), WsConfirmMode.CONFIRMED, operation.timeout)
            }

            is Operation.AskFlood -> {
                repeat(operation.count) {
                    ask(request(operation.first + it), WsConfirmMode.CONFIRMED, operation.timeout)
                }
            }

            is Operation.Tell -> {
                repeat(operation.count) { tell(operation.first + it) }
            }

            is Operation.Connect -> {
                wantsUp = true
                backoff.connects()
                cancelLater(call("connect") { client.connect() }, operation.cancelAfter)
            }

            is Operation.Disconnect -> {
                wantsUp = false
                backoff.stops()
                call("disconnect") { client.disconnect(operation.code) }
            }

            is Operation.AwaitReady -> {
                cancelLater(call("awaitReady") { awaitReady(operation.limit) }, operation.cancelAfter)
            }

            is Operation.PauseConsumer -> {
                pauses.add(operation)
            }

            is Operation.Leave -> {
                reader.leave(operation.lasting)
            }

            is Operation.Subscribe -> {
                change(operation.topics, WsSubscriptions::add, wishes::added)
            }

            is Operation.Unsubscribe -> {
                change(operation.topics, WsSubscriptions::remove, wishes::removed)
            }

            is Operation.Hold -> {
                hold(operation)
            }
        }
    }

    /** Ends the connection for good. */
    fun end(ending: Ending) {
        trace.note("user", ending)
        wantsUp = false
        backoff.stops()
        pauses.end()
        when (ending) {
            Ending.CLOSE -> {
                call("close") { client.close() }
            }

            Ending.ABORT -> {
                call("abort") { client.abort() }
            }

            Ending.CLOSE_THEN_ABORT -> {
                call("close") { client.close() }
                call("abort") { client.abort() }
            }

            Ending.CANCEL_PARENT -> {
                parent.cancel()
            }
        }
    }

    private fun ask(operation: Operation.Ask) {
        repeat(operation.callers) { index ->
            val call = ask(request(operation.id), operation.mode, operation.timeout * (index + 1))
            if (index ==
                0
            ) {
                cancelLater(call.job, operation.cancelAfter) { call.caller.isGone = call.caller.outcome == null }
            }
        }
    }

    private class Call(
        val job: Job,
        val caller: Caller,
    )

    private fun ask(
        words: Script.Request,
        mode: WsConfirmMode,
        timeout: Duration,
    ): Call {
        val frame = words.toFrame()
        val request =
            when (mode) {
                WsConfirmMode.SENT -> WsDelegatedRequest.sent(words.id, frame, timeout)
                WsConfirmMode.CONFIRMED -> WsDelegatedRequest.confirmed(words.id, frame, timeout)
            }
        val caller = ledger.asked(words, timeout)
        val job =
            call("ask ${words.id}") {
                val outcome = client.ask(request)
                ledger.settled(caller, outcome)
                trace.note("user", outcome)
            }
        return Call(job, caller)
    }

    private suspend fun awaitReady(limit: Duration) {
        val start = now()
        try {
            client.awaitReady(limit)
            limits.waited(start, limit, isTimeout = false)
        } catch (timeout: WebSocketTimeoutException) {
            limits.waited(start, limit, isTimeout = true)
            throw timeout
        }
    }

    private fun cancelLater(
        call: Job,
        after: Duration?,
        before: () -> Unit = {},
    ) {
        if (after == null) return
        scope.launch(CoroutineName("sim-cancel")) {
            delay(after)
            before()
            call.cancel()
        }
    }

    private fun change(
        topics: List<Int>,
        call: WsSubscriptions.(Array<String>) -> Deferred<Map<String, WsSubscriptionOutcome>>,
        note: (List<Int>) -> Unit,
    ) {
        if (!wishes.mayChange) return
        val outcome = client.subscriptions.call(topics.map { it.toString() }.toTypedArray())
        if (awaitSubscription(outcome)) note(topics)
    }

    private fun hold(operation: Operation.Hold) {
        if (!wishes.mayChange) return
        val hold = client.subscriptions.hold(*operation.topics.map { it.toString() }.toTypedArray())
        val isTaken = awaitSubscription(hold.outcome)
        if (isTaken) wishes.held(operation.topics, by = 1)
        scope.launch(CoroutineName("sim-hold")) {
            delay(operation.lasting)
            hold.close()
            if (isTaken) wishes.held(operation.topics, by = -1)
        }
    }

    /** False if nothing was taken: too many commands waited. */
    @OptIn(ExperimentalCoroutinesApi::class)
    private fun awaitSubscription(outcome: Deferred<Map<String, WsSubscriptionOutcome>>): Boolean {
        val refused =
            outcome.isCompleted && outcome.getCompleted().values.any { it is WsSubscriptionOutcome.SendFailed }
        waiting++
        outcome.invokeOnCompletion {
            for ((key, how) in outcome.getCompleted()) {
                trace.note("user", "subscription $key: $how")
                wishes.outcomes += how::class.java.name.substringAfterLast('.')
            }
            waiting--
        }
        return !refused
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    private fun tell(number: Int) {
        val account = ledger.told(number)
        val outcome = client.tell(WebSocketEvent.SendMessage(Script.Told(number).toFrame(), timeToLive))
        waiting++
        outcome.invokeOnCompletion {
            account.outcome = outcome.getCompleted()
            waiting--
        }
    }

    /**
     * Makes a call at once, up to its first wait, and waits for it in the background. A call that says that it can no
     * longer deliver is a call that returned.
     */
    private fun call(
        name: String,
        block: suspend () -> Unit,
    ): Job {
        waiting++
        val job =
            scope.launch(CoroutineName("sim-call"), CoroutineStart.UNDISPATCHED) {
                try {
                    block()
                } catch (ended: WebSocketException) {
                    trace.note("user", "$name: ${ended.message}")
                }
            }
        job.invokeOnCompletion { waiting-- }
        return job
    }

    private fun request(
        id: Long,
        variant: Int = 0,
    ) = Script.Request(id, variant)
}
