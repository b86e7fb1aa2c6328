@file:OptIn(ExperimentalCoroutinesApi::class)

package io.github.belay.internal.delivery

import io.github.belay.endpoint.WsEndpointHandler
import io.github.belay.endpoint.WsParseOutcome
import io.github.belay.frame.WsFrame
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent

/** A delivery of numbers, and a record of everything it told. */
internal class DeliveryFixture(
    maxMessages: Int = 10,
    maxBytes: Long = 1_000,
    heldMessages: Int = Delivery.DEFAULT_HELD_MESSAGES,
    private val handler: suspend (Int) -> Unit = {},
) : WsEndpointHandler<Int>,
    DeliveryListener {
    val errors = mutableListOf<Exception>()
    var rings = 0
    var delivered = 0
    var uncollected = 0
    val budget = InboundBudget(maxMessages, maxBytes, onOver = {}) { rings++ }
    val delivery = Delivery(this, budget, this, heldMessages)

    fun run(scope: CoroutineScope): Job = scope.launch { delivery.run() }

    fun offer(vararg messages: Int) = delivery.offer(messages.toList(), bytes = 10L * messages.size)

    override fun parse(frame: WsFrame): WsParseOutcome<Int> = WsParseOutcome.Continue

    override suspend fun handleMessage(message: Int) = handler(message)

    @Synchronized
    override fun onDelivered(messages: Int) {
        delivered += messages
    }

    @Synchronized
    override fun onUncollected(messages: Int) {
        uncollected += messages
    }

    override fun onHandlerError(
        error: Exception,
        generation: Long,
    ) {
        errors += error
    }
}

/** Collects into [got] in the background; every message takes [millis] of virtual time. */
internal fun TestScope.collecting(
    fixture: DeliveryFixture,
    got: MutableList<Int>,
    millis: Long = 0,
): Job =
    launch {
        fixture.delivery.messages.collect {
            got += it
            if (millis > 0) delay(millis)
        }
    }.also { runCurrent() }
