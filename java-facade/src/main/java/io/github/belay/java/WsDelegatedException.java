package io.github.belay.java;

import io.github.belay.WebSocketException;
import io.github.belay.request.WsDelegatedError;

/**
 * A request did not come through, or nobody can know. The message is fit for a log.
 *
 * @see WsClient#ask
 */
public final class WsDelegatedException extends WebSocketException {
    private static final long serialVersionUID = 1L;

    private final transient WsDelegatedError error;

    /**
     * Makes the exception for an error.
     *
     * @param error how the request ended
     */
    public WsDelegatedException(WsDelegatedError error) {
        super("request ended as " + error);
        this.error = error;
    }

    /**
     * How the request ended: never delivered, unconfirmed, rejected by the server, or not allowed.
     *
     * @return the error
     */
    public WsDelegatedError error() {
        return error;
    }
}
