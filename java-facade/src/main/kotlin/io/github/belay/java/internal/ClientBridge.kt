package io.github.belay.java.internal

import io.github.belay.WebSocketActor
import io.github.belay.WebSocketActorConfig
import io.github.belay.WebSocketTimeoutException
import io.github.belay.WsRegistry
import io.github.belay.WsRuntime
import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.ingress.WsIngress
import io.github.belay.java.WsRegistration
import io.github.belay.java.WsSubscriptionHold
import io.github.belay.java.WsTellException
import io.github.belay.lifecycle.WebSocketEvent
import io.github.belay.lifecycle.WsConnectionStatus
import io.github.belay.lifecycle.WsLifecycleEvent
import io.github.belay.observe.WsConnectionStats
import io.github.belay.observe.WsHealth
import io.github.belay.outbound.TellOutcome
import io.github.belay.request.WsDelegatedOk
import io.github.belay.request.WsDelegatedRequest
import io.github.belay.subscription.WsSubscriptionAction
import io.github.belay.subscription.WsSubscriptionOutcome
import io.github.belay.subscription.WsSubscriptionState
import io.github.belay.transport.WsTransport
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.asExecutor
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.future.future
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import java.util.concurrent.Flow
import java.util.concurrent.TimeoutException
import java.util.function.Consumer
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * One connection with its waits as futures and its flows as publishers. Safe from any thread.
 *
 * Each call is handed over on the caller's thread, so calls of one thread keep their order; only what follows the first
 * wait runs on the executor.
 */
internal class ClientBridge<M : Any>(
    transport: WsTransport,
    endpoint: WsEndpointHandler<M>,
    ingress: WsIngress<M>,
    config: WebSocketActorConfig,
    executor: Executor?,
) {
    private val name = config.name
    private val threads = ClientThreads()
    private val callbacks = threads.dispatcher(executor ?: sharedThreads())
    private val completions = Completions(callbacks)

    /** Complete when nothing of the connection is left. */
    private val life = Job()
    private val actor =
        WebSocketActor(
            transport,
            MarkedEndpoint(endpoint, threads, config.inlineDelivery),
            ingress,
            config,
            WsRuntime(
                parent = life,
                actor = threads.dispatcher(Dispatchers.Default.asExecutor()),
                delivery = callbacks,
            ),
        )

    init {
        // It has the one child that it waits for.
        life.complete()
    }

    /** Owns waits and consumers. Never cancelled: the end of the connection ends them all. */
    private val scope = CoroutineScope(SupervisorJob() + callbacks)

    val messages: Flow.Publisher<M> = actor.messages.publisher(scope, "ws-messages-$name")

    val lifecycle: Flow.Publisher<WsLifecycleEvent> = actor.lifecycle.publisher(scope, "ws-lifecycle-$name")

    val statuses: Flow.Publisher<WsConnectionStatus> =
        actor.status
            .transformWhile { status ->
                emit(status)
                status != WsConnectionStatus.CLOSED
            }.publisher(scope, "ws-statuses-$name")

    val status: WsConnectionStatus get() = actor.status.value

    /** Enters [client] under the connection's name until nothing of the connection is left. Throws if the name is taken. */
    fun <C : Any> register(
        registry: WsRegistry<C>,
        client: C,
    ) {
        try {
            registry.register(name, client)
        } catch (taken: IllegalArgumentException) {
            abort()
            throw taken
        }
        life.invokeOnCompletion { registry.remove(name, client) }
    }

    /** True where waiting for this client would make it wait for itself. */
    val isOwnThread: Boolean get() = threads.isCurrent

    fun stats(): WsConnectionStats = actor.stats()

    fun topicAge(topic: String): Duration? = actor.topicAge(topic)?.toJavaDuration()

    fun health(): WsHealth = actor.health()

    fun connect(): CompletableFuture<Void?> = future("connect") { actor.connect() }

    fun awaitReady(timeout: Duration): CompletableFuture<Void?> =
        future("await-ready") {
            try {
                actor.awaitReady(timeout.toKotlinDuration())
            } catch (late: WebSocketTimeoutException) {
                throw TimeoutException(late.message).apply { initCause(late) }
            }
        }

    fun disconnect(
        code: Int,
        reason: String,
    ): CompletableFuture<Void?> {
        val told = actor.tell(WebSocketEvent.disconnect(code, reason))
        return future("disconnect") {
            val outcome = told.await()
            if (outcome !is TellOutcome.Done && outcome !is TellOutcome.Closed) throw WsTellException(outcome)
        }
    }

    fun tell(event: WebSocketEvent): CompletableFuture<Void?> = TellFuture(actor.tell(event), completions).start()

    /** What is told once there is room, for a caller who blocks. Cancelling it gives the place in the line up. */
    fun send(event: WebSocketEvent.Send): CompletableFuture<CompletableFuture<Void?>> =
        scope.future(Dispatchers.Default + CoroutineName("ws-send-$name") + unheard, CoroutineStart.UNDISPATCHED) {
            TellFuture(actor.send(event), completions).start()
        }

    fun ask(request: WsDelegatedRequest): CompletableFuture<WsDelegatedOk> =
        AskFuture(completions).start { actor.ask(request) }

    fun updateSubscriptions(action: WsSubscriptionAction): CompletableFuture<Map<String, WsSubscriptionOutcome>> =
        futureOf(actor.subscriptions.update(action))

    fun holdSubscriptions(keys: List<String>): WsSubscriptionHold {
        val hold = actor.subscriptions.hold(*keys.toTypedArray())
        return FutureHold(hold, futureOf(hold.outcome))
    }

    fun subscriptionStates(): Map<String, WsSubscriptionState> = actor.subscriptions.states()

    private fun <T> futureOf(deferred: Deferred<T>): CompletableFuture<T> =
        scope.future(callbacks + CoroutineName("ws-subscribe-$name") + unheard, CoroutineStart.UNDISPATCHED) {
            deferred.await()
        }

    fun close(
        code: Int,
        reason: String,
        drain: Duration,
    ): CompletableFuture<Void?> = future("close") { actor.close(code, reason, drain.toKotlinDuration()) }

    fun abort(): CompletableFuture<Void?> = future("abort") { actor.abort() }

    /** [close] for a caller who blocks: does without the executor, whose threads may all be busy. */
    fun closeToWaitFor(): CompletableFuture<Void?> = future("close", Dispatchers.Default) { actor.close() }

    fun consume(
        executor: Executor,
        consumer: Consumer<in M>,
    ): WsRegistration {
        val context = threads.dispatcher(executor) + CoroutineName("ws-consumer-$name")
        // Undispatched, so that what comes in from now on is not missed.
        val job =
            scope.launch(context, CoroutineStart.UNDISPATCHED) {
                actor.messages.leavingTheStarter().feed(consumer, name)
            }
        return WsRegistration { job.cancel() }
    }

    private fun future(
        what: String,
        on: CoroutineDispatcher = callbacks,
        block: suspend () -> Unit,
    ): CompletableFuture<Void?> =
        scope.future(on + CoroutineName("ws-$what-$name") + unheard, CoroutineStart.UNDISPATCHED) {
            block()
            null
        }

    private companion object {
        /** Threads of the default executor for each client. */
        const val CALLBACK_THREADS = 4

        /** A failure that arrived together with the cancellation of its future has nobody to go to. */
        val unheard =
            CoroutineExceptionHandler { _, failure ->
                LoggerFactory.getLogger(ClientBridge::class.java).debug("failure of a cancelled wait", failure)
            }

        fun sharedThreads(): Executor = Dispatchers.IO.limitedParallelism(CALLBACK_THREADS, "ws-callback").asExecutor()
    }
}
