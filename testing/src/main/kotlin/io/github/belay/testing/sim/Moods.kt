package io.github.belay.testing.sim

import kotlin.time.Duration

/** How server and network behave at the moment; every mood but the usual one is over after its time. */
internal class Moods(
    usualLatency: Duration,
    private val now: () -> Duration,
) {
    private inner class Mood<T>(
        private val usual: T,
    ) {
        private var value = usual
        private var until = Duration.ZERO

        val current: T get() = if (now() < until) value else usual

        fun set(
            value: T,
            lasting: Duration,
        ) {
            this.value = value
            until = now() + lasting
        }
    }

    private val refusals = Mood<Refusal?>(null)
    private val handshakes = Mood(Duration.ZERO)
    private val toServer = Mood(usualLatency)
    private val toClient = Mood(usualLatency)
    private val manners = Mood(Manner.PROPERLY)
    private val deafness = Mood(false)

    val refusal: Refusal? get() = refusals.current
    val handshakeDelay: Duration get() = handshakes.current
    val manner: Manner get() = manners.current
    val ignoresPings: Boolean get() = deafness.current

    /** The longest that a frame takes [way]. */
    fun maxLatency(way: Way): Duration = if (way == Way.TO_SERVER) toServer.current else toClient.current

    fun refuse(fault: Fault.Refuse) = refusals.set(fault.refusal, fault.lasting)

    fun slowHandshakes(fault: Fault.SlowHandshake) = handshakes.set(fault.delay, fault.lasting)

    fun misanswer(fault: Fault.Misanswer) = manners.set(fault.manner, fault.lasting)

    fun ignorePings(fault: Fault.IgnorePings) = deafness.set(true, fault.lasting)

    fun lag(fault: Fault.Lag) {
        toServer.set(fault.toServer, fault.lasting)
        toClient.set(fault.toClient, fault.lasting)
    }
}
