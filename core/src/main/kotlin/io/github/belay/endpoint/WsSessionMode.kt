package io.github.belay.endpoint

/** When subscriptions are replayed on a new link. */
public enum class WsSessionMode {
    /** Right after the auth payload, if there is one. */
    PUBLIC,

    /**
     * Only after the session was declared authenticated: by [WsParseOutcome.SessionAuthenticated] or by telling
     * `SetAuthenticated(true)`. Every link starts unauthenticated; the connect timeout bounds the wait.
     */
    AUTH_GATED,
}
