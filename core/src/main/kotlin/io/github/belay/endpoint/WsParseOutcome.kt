package io.github.belay.endpoint

import io.github.belay.frame.WsFrame

/** What an endpoint made of a message. */
public sealed class WsParseOutcome<out M : Any> {
    /** Nothing for the user, and no data: an acknowledgement, a heartbeat. */
    public object Continue : WsParseOutcome<Nothing>()

    /** A message for the user. */
    public class Message<out M : Any>
        @JvmOverloads
        constructor(
            /** The message. */
            public val message: M,
            /**
             * True, the default, if this is what the connection is for, so that the data timeout starts anew. False for
             * messages that come although the data does not: a status, an empty update. Both are delivered.
             */
            public val isData: Boolean = true,
            /**
             * What the data is about, so that `topicAge` can say how fresh that is; null, the default, if nobody wants to
             * know. At most 65536 topics are remembered.
             */
            public val topic: String? = null,
        ) : WsParseOutcome<M>()

    /**
     * An answer that the protocol demands at once; it is sent ahead of queued application messages. Throws
     * [IllegalArgumentException] for a control frame.
     */
    public class Send(
        /** The answer, text or binary. */
        public val frame: WsFrame,
    ) : WsParseOutcome<Nothing>() {
        init {
            require(!frame.kind.isControl) { "frame must be TEXT or BINARY but was ${frame.kind}" }
        }
    }

    /** The server accepted the authentication. */
    public object SessionAuthenticated : WsParseOutcome<Nothing>()

    /** End this link and open another. */
    public class Reconnect(
        /** Why. */
        public val reason: String,
    ) : WsParseOutcome<Nothing>()

    /** Close the connection for good. */
    public class Shutdown(
        /** Why. */
        public val reason: String,
    ) : WsParseOutcome<Nothing>()

    /** The server reported an error; [WsEndpointHandler.handleServerError] decides. */
    public class ServerError(
        /** The protocol's error code; null when it has none. */
        public val code: Int?,
        /** The server's words. */
        public val text: String,
    ) : WsParseOutcome<Nothing>()

    /** Makes outcomes; for Java, where they are of the type that the endpoint returns. */
    public companion object {
        /** [Continue]. */
        @JvmStatic
        public fun <M : Any> ignore(): WsParseOutcome<M> = Continue

        /** [Message]. */
        @JvmStatic
        public fun <M : Any> message(message: M): WsParseOutcome<M> = Message(message)

        /** [Message] that is data of [topic]. */
        @JvmStatic
        public fun <M : Any> data(
            message: M,
            topic: String,
        ): WsParseOutcome<M> = Message(message, topic = topic)

        /** [Message] that is no data. */
        @JvmStatic
        public fun <M : Any> notData(message: M): WsParseOutcome<M> = Message(message, isData = false)

        /** [Send]. */
        @JvmStatic
        public fun <M : Any> send(frame: WsFrame): WsParseOutcome<M> = Send(frame)

        /** [SessionAuthenticated]. */
        @JvmStatic
        public fun <M : Any> sessionAuthenticated(): WsParseOutcome<M> = SessionAuthenticated

        /** [Reconnect]. */
        @JvmStatic
        public fun <M : Any> reconnect(reason: String): WsParseOutcome<M> = Reconnect(reason)

        /** [Shutdown]. */
        @JvmStatic
        public fun <M : Any> shutdown(reason: String): WsParseOutcome<M> = Shutdown(reason)

        /** [ServerError]. */
        @JvmStatic
        public fun <M : Any> serverError(
            code: Int?,
            text: String,
        ): WsParseOutcome<M> = ServerError(code, text)
    }
}

/** What a server's error means for the link. */
public enum class WsServerErrorAction {
    /** It is counted, and the link goes on. */
    CONTINUE,

    /** End the link with a server error as its cause; the endpoint classifies it. */
    RECONNECT,

    /** End the link and stay down. */
    FATAL,
}
