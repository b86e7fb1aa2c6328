package io.github.belay.testing.contract

/**
 * What the contract leaves to a transport, or what its server cannot show. Tests that need what a transport lacks are
 * skipped, visibly.
 */
public enum class ContractCapability {
    /** An end in order is told from a failure. */
    TELLS_END_FROM_FAILURE,

    /** The end of the stream is heard even when a Close frame came before it and the listener's owner did not answer. */
    HEARS_THE_END_BEHIND_A_CLOSE,

    /** A flush that ended in success means that the peer can get the bytes, so a peer that does not read is noticed. */
    NOTICES_A_PEER_THAT_DOES_NOT_READ,
}
