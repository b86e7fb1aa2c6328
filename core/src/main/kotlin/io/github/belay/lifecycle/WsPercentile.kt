package io.github.belay.lifecycle

/** Which of many measured values speaks for them. */
public enum class WsPercentile(
    /** Of a hundred values so many do not exceed it. */
    public val percent: Int,
) {
    /** The median. */
    P50(percent = 50),

    /** All but one in a hundred. */
    P99(percent = 99),
}
