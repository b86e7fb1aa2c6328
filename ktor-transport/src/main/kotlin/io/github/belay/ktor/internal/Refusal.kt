package io.github.belay.ktor.internal

import io.github.belay.transport.WsConnectFailure
import io.github.belay.transport.WsHeaders
import io.ktor.client.statement.HttpResponse
import io.ktor.utils.io.InternalAPI
import io.ktor.utils.io.readAvailable
import java.io.IOException
import java.nio.ByteBuffer

/** An answer that is not 101, with as much of its body as has come. Read and written on the thread of its link. */
internal class Refusal(
    private val status: Int,
    private val headers: WsHeaders,
) {
    private val body = ByteBuffer.allocate(WsConnectFailure.MAX_BODY_BYTES)

    /** Suspends until the body has ended, or enough of it has come, or the connection broke. */
    @OptIn(InternalAPI::class) // Every public way to the body leads through the WebSockets plugin, which wants a 101.
    suspend fun readBodyOf(response: HttpResponse) {
        val channel = response.rawContent
        try {
            do {
                val read = channel.readAvailable(body)
            } while (read >= 0 && body.hasRemaining())
        } catch (_: IOException) {
            // What has come is what there is.
        }
    }

    fun toFailure(): WsConnectFailure =
        WsConnectFailure.Rejected(status, headers, String(body.array(), 0, body.position(), Charsets.UTF_8))
}
