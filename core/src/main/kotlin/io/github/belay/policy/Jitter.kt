package io.github.belay.policy

/**
 * How far the delays of clients that lost the same server are spread, so that they do not all come back at once.
 */
public enum class Jitter {
    /** The delay as it is. For tests, and for a client that has the server to itself. */
    None,

    /** Uniform between half the delay and the delay, both included: spread, but never hasty. */
    Equal,

    /** Uniform between zero and the delay, both included: spreads most, for many clients of one server. */
    Full,
    ;

    /**
     * The delay to use in place of [delayMillis], chosen by [draw] alone: the same arguments give the same result.
     *
     * Never exceeds [delayMillis], for any value up to [Long.MAX_VALUE]; zero stays zero.
     *
     * @param delayMillis milliseconds, at least 0
     * @param draw uniformly distributed in `[0, 1)`
     * @throws IllegalArgumentException when an argument is out of its range
     */
    public fun spreadMillis(
        delayMillis: Long,
        draw: Double,
    ): Long {
        require(delayMillis >= 0) { "delayMillis must not be negative, was $delayMillis" }
        require(draw >= 0.0 && draw < 1.0) { "draw must be at least 0.0 and below 1.0, was $draw" }
        val width =
            when (this) {
                None -> 0L
                Equal -> delayMillis / 2
                Full -> delayMillis
            }
        // One more than the width, so that truncation gives both ends the same chance. The highest draw, 1 - 2^-53,
        // takes at least half a unit in the last place off the product, so no width makes it round up past the width.
        val offset = (draw * (width + 1.0)).toLong()
        return delayMillis - width + offset
    }
}
