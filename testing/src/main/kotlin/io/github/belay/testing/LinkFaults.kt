package io.github.belay.testing

/** What a test made of one link. Not thread-safe: guarded by the link's lock. */
internal class LinkFaults(
    var answersPings: Boolean,
    var echoesClose: Boolean,
) {
    /** Nothing reaches either side any more and neither is told. */
    var isSilent: Boolean = false

    /** The server takes nothing: flushes wait. */
    var isStalled: Boolean = false

    /** Why flushes fail; null while they do not. */
    var writeFailure: String? = null

    /** The server's last word is on its way: end of stream or reset. */
    var isGone: Boolean = false

    /** A Close frame is on its way to the client, or has arrived. */
    var hasSentClose: Boolean = false

    /** Notes what [arrival] means for what the server may still do. */
    fun note(arrival: Arrival) {
        if (arrival is Arrival.Read && arrival.hasClose) hasSentClose = true
        if (arrival is Arrival.EndOfStream || arrival is Arrival.Reset) isGone = true
        if (arrival is Arrival.Reset) writeFailure = arrival.message
    }
}
