package io.github.belay.java;

import io.github.belay.WebSocketException;
import io.github.belay.outbound.TellOutcome;

/**
 * What was told to a connection did not, or not certainly, take effect. The message is fit for a
 * log.
 *
 * @see WsClient#tell
 */
public final class WsTellException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private final transient TellOutcome outcome;

    /**
     * Makes the exception for an outcome.
     *
     * @param outcome any but {@link TellOutcome.Done}
     */
    public WsTellException(TellOutcome outcome) {
        super("told event ended as " + outcome);
        this.outcome = outcome;
    }

    /**
     * How the event ended: a full queue, never written, closed, or unknown.
     *
     * @return the outcome
     */
    public TellOutcome outcome() {
        return outcome;
    }
}
