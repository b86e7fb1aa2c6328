package io.github.belay.internal.actor

import io.github.belay.frame.WsFrame
import io.github.belay.internal.outbound.OutboundItem
import io.github.belay.internal.outbound.OutboundQueue
import io.github.belay.internal.reconcile.RequestStep
import io.github.belay.internal.reconcile.RequestTable
import io.github.belay.internal.reconcile.RequestWaiter
import io.github.belay.internal.reconcile.Settlement
import io.github.belay.internal.reconcile.Submission
import io.github.belay.internal.session.Clock
import io.github.belay.lifecycle.WsDisconnectCause
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOutcome
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.request.WsRequestMatch
import kotlinx.coroutines.CompletableDeferred
import kotlin.time.Duration

/**
 * Performs what the request table decides: queues frames, tells callers, keeps the one deadline timer armed. Owned by the
 * actor: not thread-safe, but for [forget]. What becomes of a frame is learnt on the writer's thread and comes back through
 * [post].
 */
internal class Requests(
    maxPending: Int,
    private val outbound: OutboundQueue,
    private val clock: Clock,
    private val timers: Timers,
    private val stats: StatsRecorder,
    private val post: (Input.Fact) -> Unit,
) {
    /** What others than the actor learn about requests. */
    private sealed interface News {
        class Written(
            val token: Long,
            val outcome: TellOutcome,
        ) : News

        class CallerGone(
            val caller: CompletableDeferred<WsDelegatedOutcome>,
        ) : News
    }

    private val table = RequestTable(maxPending)
    private val waiters = HashMap<CompletableDeferred<WsDelegatedOutcome>, RequestWaiter>()
    private val items = HashMap<Long, OutboundItem>()

    /** What the actor has not heard yet; guarded by itself. No more than the requests that exist, twice. */
    private val news = ArrayList<News>()
    private var armedFor = Duration.INFINITE

    /** Requests in flight. Read from any thread. */
    @Volatile
    var size: Int = 0
        private set

    /** True while an answer could matter. */
    val isAwaiting: Boolean get() = table.size > 0

    /** Submits [request] on a ready link. */
    fun ask(
        request: WsDelegatedRequest,
        caller: CompletableDeferred<WsDelegatedOutcome>,
    ) {
        if (!caller.isActive) return
        val now = clock.now()
        val waiter =
            RequestWaiter(request.mode, now + request.timeout) { outcome ->
                waiters.remove(caller)
                stats.requestSettled(outcome)
                caller.complete(outcome)
            }
        waiters[caller] = waiter
        when (val submission = table.submit(request, waiter, now)) {
            is Submission.Send -> enqueue(submission.token, submission.frame)
            Submission.Joined -> Unit
            is Submission.Settled -> submission.settlement.perform()
        }
        update()
    }

    private fun enqueue(
        token: Long,
        frame: WsFrame,
    ) {
        val item = OutboundItem(frame) { written(token, it) }
        items[token] = item
        val refusal = outbound.offer(item) ?: return
        items.remove(token)
        settle(table.unwritten(token, refusal.toString()))
    }

    /** Called on whatever thread settles the frame. */
    private fun written(
        token: Long,
        outcome: TellOutcome,
    ) = tell(News.Written(token, outcome))

    /** The caller that waits on [caller] has gone. Safe from any thread, and never refused. */
    fun forget(caller: CompletableDeferred<WsDelegatedOutcome>) {
        // A request that still waits for its turn must find that nobody wants it any more.
        caller.cancel()
        tell(News.CallerGone(caller))
    }

    private fun tell(item: News) {
        val isFirst =
            synchronized(news) {
                news.add(item)
                news.size == 1
            }
        if (isFirst) post(Input.RequestNews)
    }

    /** Takes what others learnt. */
    fun onNews() {
        val untold = synchronized(news) { news.toList().also { news.clear() } }
        for (item in untold) {
            when (item) {
                is News.Written -> onWritten(item)
                is News.CallerGone -> onCallerGone(item.caller)
            }
        }
        update()
    }

    private fun onWritten(write: News.Written) {
        items.remove(write.token)
        settle(
            when (val outcome = write.outcome) {
                TellOutcome.Done -> {
                    table.written(write.token)
                }

                is TellOutcome.Unknown -> {
                    table.unknown(write.token, outcome.text)
                }

                is TellOutcome.NotDelivered, is TellOutcome.QueueFull, TellOutcome.Closed -> {
                    table.unwritten(write.token, outcome.toString())
                }
            },
        )
    }

    private fun onCallerGone(caller: CompletableDeferred<WsDelegatedOutcome>) {
        val waiter = waiters.remove(caller) ?: return
        table.cancel(waiter)?.let(::withdraw)
    }

    /** [response] is the answer that [match] says it is. */
    fun answer(
        match: WsRequestMatch,
        response: WsFrame,
    ) {
        settle(table.matched(match, response))
        update()
    }

    /** The earliest deadline has come. */
    fun onDeadline() {
        armedFor = Duration.INFINITE
        // A frame that has left by now has left, whichever news comes first.
        onNews()
        settle(table.expire(clock.now()))
        update()
    }

    /** The link is gone because of [cause]: nothing in flight can be answered any more. */
    fun lost(cause: WsDisconnectCause) {
        onNews()
        settle(table.lost(cause))
        update()
    }

    private fun settle(step: RequestStep) {
        val tooLate = step.withdrawals.filterNot(::withdraw).toSet()
        settle(step.settlementsUnless(tooLate))
    }

    private fun settle(settlements: List<Settlement>) = settlements.forEach(Settlement::perform)

    /** True if the frame was still waiting to be sent; it is then never sent. */
    private fun withdraw(token: Long): Boolean = items.remove(token)?.let(outbound::withdraw) ?: false

    private fun update() {
        size = table.size
        val next = table.nextDeadline ?: return
        // A timer that fires early costs one look; one timer for each request would cost far more.
        if (next >= armedFor) return
        armedFor = next
        timers.arm(Timer.DEADLINE, next - clock.now(), Input.DeadlineDue)
    }
}
