package io.github.belay.testing

import io.github.belay.frame.WsFrame
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

private const val CLIENTS = 5

/** What twenty simulated seconds of echoing links, dropped and reopened at random, left behind. */
private class World(
    seed: Long,
    order: SimOrder,
) {
    val trace = mutableListOf<String>()
    val sim = SimDispatcher(seed, order) { step, at, coroutine -> trace += "$step $at $coroutine" }
    val listeners = mutableListOf<RecordingListener>()
    private val random = Random(seed)
    private val server = MockServer(sim)
    private val scope = CoroutineScope(sim + CoroutineName("world"))

    init {
        repeat(CLIENTS) { scope.launch { client() } }
        scope.launch { while (true) server.acceptConnection().let { scope.launch { serve(it) } } }
        sim.runUntil(20.seconds)
    }

    private suspend fun client() {
        while (true) {
            val listener = RecordingListener().also { listeners += it }
            server.transport.connect(request(), listener)
            delay(random.nextLong(1, 100).milliseconds)
            val opened = listener.events.firstOrNull() as? ListenerEvent.Opened ?: continue
            repeat(random.nextInt(20)) {
                opened.session.write(WsFrame.text("$it"))
                opened.session.flush { }
                delay(random.nextLong(100).milliseconds)
            }
            opened.session.abort()
        }
    }

    private suspend fun serve(connection: MockConnection) {
        val doomed = random.nextInt(10)
        var served = 0
        while (connection.isOpen) {
            val frame = connection.receive(100.milliseconds) ?: continue
            if (served++ == doomed) return connection.reset()
            connection.sendFrame(frame)
        }
    }
}

class MockSimulationSpec :
    FunSpec({
        for (order in SimOrder.entries) {
            test("keeps the contract through twenty seconds of faults, in order $order") {
                for (seed in 1L..5L) {
                    World(seed, order).listeners.forEach { it.assertContractKept() }
                }
            }

            test("runs the same way twice, in order $order") {
                (World(seed = 5, order).trace == World(seed = 5, order).trace) shouldBe true
            }
        }

        test("another seed is another story, and it has a length") {
            val world = World(seed = 5, SimOrder.SHUFFLED)
            (world.trace == World(seed = 6, SimOrder.SHUFFLED).trace) shouldBe false
            world.listeners.size shouldBeGreaterThan 100
        }
    })
