package io.github.belay.internal.outbound

import io.github.belay.frame.WsFrame
import org.jetbrains.lincheck.datastructures.IntGen
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StressOptions
import org.junit.jupiter.api.Test

/**
 * The calls that threads make on one queue at the same time: each of their histories must give results that the same
 * calls give one after the other in some order. Four messages wait before the threads start, so that there is something
 * to withdraw, and the queue has room for six.
 */
@Param(name = "bytes", gen = IntGen::class, conf = "1:4")
@Param(name = "index", gen = IntGen::class, conf = "0:3")
@Param(name = "generation", gen = IntGen::class, conf = "1:2")
class OutboundQueueLincheckTest {
    private val queue = OutboundQueue(maxFrames = 6, maxBytes = 14)
    private val waiting = List(4) { item(bytes = it + 1) }

    init {
        queue.openTo(1)
        waiting.forEach(queue::offer)
    }

    @Operation
    fun offer(
        @Param(name = "bytes") bytes: Int,
    ): String? = queue.offer(item(bytes))?.toString()

    @Operation
    fun take(
        @Param(name = "generation") generation: Int,
    ): List<Int>? = queue.take(generation.toLong(), batchFrames = 2, batchBytes = 4)?.frames?.map { it.payload.size }

    @Operation
    fun withdraw(
        @Param(name = "index") index: Int,
    ): Boolean = queue.withdraw(waiting[index])

    @Operation
    fun openTo(
        @Param(name = "generation") generation: Int,
    ) = queue.openTo(generation.toLong())

    @Operation
    fun failAll() = queue.failAll("gave up")

    @Operation
    fun close() = queue.close()

    @Operation
    fun stats(): Any = queue.stats()

    @Test
    fun everyInterleavingGivesTheResultsOfSomeOrder() =
        ModelCheckingOptions()
            .threads(2)
            .actorsPerThread(3)
            .actorsBefore(0)
            .actorsAfter(1)
            .iterations(25)
            .invocationsPerIteration(100)
            .check(this::class)

    @Test
    fun realThreadsGetTheResultsOfSomeOrder() =
        StressOptions()
            .threads(3)
            .actorsPerThread(3)
            .actorsBefore(0)
            .actorsAfter(1)
            .iterations(10)
            .invocationsPerIteration(500)
            .check(this::class)

    private fun item(bytes: Int) = OutboundSetup(WsFrame.binary(ByteArray(bytes))) {}
}
