package io.github.belay.testing.sim

import io.github.belay.frame.WsFrame
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration

/** Makes the faults of a schedule happen. A fault of a link happens to whichever is the newest, or to none. */
internal class FaultDriver(
    private val server: SimServer,
    private val moods: Moods,
    private val scope: CoroutineScope,
    private val trace: RunTrace,
    private val now: () -> Duration,
) {
    /** Runs [events], which are in the order of their times. */
    suspend fun run(events: List<FaultEvent>) {
        for (event in events) {
            delay(event.at - now())
            trace.note("nemesis", event.fault)
            perform(event.fault)
        }
    }

    private fun perform(fault: Fault) {
        when (fault) {
            is Fault.Refuse -> moods.refuse(fault)
            is Fault.SlowHandshake -> moods.slowHandshakes(fault)
            is Fault.Lag -> moods.lag(fault)
            is Fault.Misanswer -> moods.misanswer(fault)
            is Fault.IgnorePings -> moods.ignorePings(fault)
            is Fault.Flood -> server.tick(fault.ticks, fault.burst)
            is LinkFault -> server.newest?.let { strike(it, fault) }
        }
    }

    private fun strike(
        session: ServerSession,
        fault: LinkFault,
    ) {
        val wire = session.wire
        when (fault) {
            Fault.DropLink -> {
                wire.endWith { dropSocket() }
            }

            Fault.ResetLink -> {
                wire.endWith { reset() }
            }

            is Fault.HalfOpen -> {
                wire.cut(fault.lost)
            }

            is Fault.StallWrites -> {
                stall(session, fault.lasting)
            }

            is Fault.CloseLink -> {
                session.sendClose(fault.code)
                if (fault.thenDrops) wire.endWith { dropSocket() }
            }

            is Fault.Violate -> {
                wire.endWith { violate(fault.code, "simulated") }
            }

            is Fault.SendLarge -> {
                wire.send(listOf(WsFrame.text("x".repeat(fault.bytes))))
            }

            is Fault.PingFlood -> {
                repeat(fault.count) { wire.send(listOf(WsFrame.ping())) }
            }

            is Fault.Say -> {
                session.say(fault.words)
            }

            Fault.Nonsense -> {
                wire.send(listOf(WsFrame.text("nonsense"), Script.Done(NOBODY).toFrame(), WsFrame.pong()))
            }
        }
    }

    private fun stall(
        session: ServerSession,
        lasting: Duration,
    ) {
        session.connection.stallWrites()
        scope.launch(CoroutineName("sim-stall")) {
            delay(lasting)
            session.connection.resumeWrites()
        }
    }

    private companion object {
        /** No request has this id. */
        const val NOBODY = -1L
    }
}
