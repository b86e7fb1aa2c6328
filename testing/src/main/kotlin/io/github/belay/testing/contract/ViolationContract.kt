package io.github.belay.testing.contract

import io.github.belay.frame.CloseCode
import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.ListenerEvent
import io.github.belay.transport.WsBuffers
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory

/** What happens when the peer breaks the protocol or a limit. */
@Suppress("MagicNumber", "UndocumentedPublicFunction") // As in any test: names are sentences, and values are examples.
public interface ViolationContract : ContractPart {
    @TestFactory
    public fun aBrokenRuleIsAViolationAndNoFrameFollowsIt(): List<DynamicTest> =
        rig.noticedViolations().map { violation ->
            dynamicTest("$violation is ${violation.closeCode}") {
                val link = rig.open()
                val before = listOf(WsFrame.text("before"))
                link.connection.violate(violation, before, after = listOf(WsFrame.text("after")))
                assertEquals(violation.closeCode, link.listener.awaitViolation().closeCode)
                assertEquals(before, link.listener.awaitFrames(1))
                link.session.abort()
                link.listener.awaitClosed()
                assertEquals(before, link.listener.frames)
            }
        }

    @Test
    public fun framesBeforeAViolationAreFollowedByTheCompletionOfTheirRead() {
        val link = rig.open()
        link.connection.violate(ProtocolViolation.TEXT_NOT_UTF8, before = listOf(WsFrame.text("before")))
        link.listener.awaitViolation()
        assertTrue(link.listener.eventually { events -> events.any { it == ListenerEvent.ReadCompleted } })
    }

    @Test
    public fun aCloseFrameCanStillBeWrittenAfterAViolation() {
        val link = rig.open()
        link.connection.violate(ProtocolViolation.TEXT_NOT_UTF8)
        link.listener.awaitViolation()
        link.send(WsFrame.close(CloseCode.INVALID_PAYLOAD)).awaitSuccess()
        assertEquals(WsFrame.close(CloseCode.INVALID_PAYLOAD), link.connection.receive())
    }

    @Test
    public fun aMessageAtTheLimitArrives() {
        val link = rig.open(rig.request(buffers = smallBuffers))
        val sent = WsFrame.binary(ByteArray(MAX_MESSAGE_BYTES))
        link.connection.send(sent)
        assertEquals(sent, link.listener.awaitFrame())
    }

    @Test
    public fun aMessageAboveTheLimitIsViolation1009() {
        val link = rig.open(rig.request(buffers = smallBuffers))
        link.connection.send(WsFrame.text("x".repeat(MAX_MESSAGE_BYTES + 1)))
        assertTooBig(link)
    }

    @Test
    public fun fragmentsThatAreTogetherAboveTheLimitAreViolation1009() {
        val link = rig.open(rig.request(buffers = smallBuffers))
        val part = WsBytes.wrap(ByteArray(MAX_MESSAGE_BYTES))
        link.connection.sendFragments(WsFrameKind.BINARY, listOf(part, part.slice(0, 1), WsBytes.EMPTY))
        assertTooBig(link)
    }

    @Test
    public fun aFrameAboveItsOwnLimitIsViolation1009() {
        val link = rig.open(rig.request(buffers = WsBuffers(maxFrameBytes = MAX_MESSAGE_BYTES)))
        link.connection.send(WsFrame.binary(ByteArray(MAX_MESSAGE_BYTES + 1)))
        assertTooBig(link)
    }

    @Test
    public fun theLimitHoldsForAFrameRightBehindTheHandshake() {
        val tooBig = WsFrame.binary(ByteArray(MAX_MESSAGE_BYTES + 1))
        rig.server.enqueue(ServerHandshake.Accept(firstFrames = listOf(tooBig)))
        assertTooBig(rig.open(rig.request(buffers = smallBuffers)))
    }

    private fun assertTooBig(link: ContractLink) {
        assertEquals(CloseCode.MESSAGE_TOO_BIG, link.listener.awaitViolation().closeCode)
        assertTrue(link.listener.frames.isEmpty())
    }

    private companion object {
        const val MAX_MESSAGE_BYTES = 1000
        val smallBuffers = WsBuffers(maxMessageBytes = MAX_MESSAGE_BYTES)
    }
}
