package io.github.belay.testing.server

import io.github.belay.frame.WsBytes
import io.github.belay.frame.WsFrame
import io.github.belay.frame.WsFrameKind
import io.github.belay.testing.contract.ProtocolViolation
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.net.SocketException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.milliseconds

class RawWsFramesSpec :
    FunSpec({
        context("frames to the client") {
            test("have the three length forms of section 5.2") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.send(WsFrame.binary(ByteArray(125)), WsFrame.binary(ByteArray(126)))
                    client.read(2 + 125).take(2) shouldContainExactly listOf(0x82, 125)
                    client.read(4 + 126).take(4) shouldContainExactly listOf(0x82, 126, 0, 126)
                    connection.send(WsFrame.binary(ByteArray(65_536)))
                    client.read(10 + 65_536).take(10) shouldContainExactly listOf(0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0)
                }
            }

            test("are fragmented with a control frame between") {
                withClient { server, client ->
                    client.upgrade()
                    val parts = listOf(1, 2, 3).map { WsBytes.copyOf(byteArrayOf(it.toByte())) }
                    server.awaitConnection().sendFragments(WsFrameKind.BINARY, parts, between = WsFrame.ping())
                    client.read(11) shouldContainExactly listOf(0x02, 1, 1, 0x89, 0, 0x00, 1, 2, 0x80, 1, 3)
                }
            }

            test("break the protocol as the table says, between frames that do not") {
                withClient { server, client ->
                    client.upgrade()
                    val around = listOf(WsFrame.ping())
                    server.awaitConnection().violate(ProtocolViolation.RESERVED_DATA_OPCODE, around, around)
                    client.read(6) shouldContainExactly listOf(0x89, 0, 0x83, 0, 0x89, 0)
                }
            }

            test("can be any bytes") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().run {
                        sendRaw(WsBytes.copyOf(byteArrayOf(0x41, 9)))
                        drop()
                    }
                    client.readToEnd().toList() shouldContainExactly listOf<Byte>(0x41, 9)
                }
            }
        }

        context("frames of the client") {
            test("are unmasked and joined") {
                withClient { server, client ->
                    client.upgrade()
                    client.sendFrame(0x01, "Gr".toByteArray())
                    client.sendFrame(0x8A, byteArrayOf(7))
                    client.sendFrame(0x80, "üße".toByteArray())
                    val connection = server.awaitConnection()
                    connection.receive() shouldBe WsFrame.pong(WsBytes.copyOf(byteArrayOf(7)))
                    connection.receive() shouldBe WsFrame.text("Grüße")
                    connection.receive(10.milliseconds).shouldBeNull()
                }
            }

            test("are answered when they are pings, and with themselves when they are closes") {
                withClient { server, client ->
                    client.upgrade()
                    client.sendFrame(0x89, byteArrayOf(7))
                    client.read(3) shouldContainExactly listOf(0x8A, 1, 7)
                    client.sendFrame(0x88, byteArrayOf(0x03, 0xE9.toByte()))
                    client.readToEnd().map { it.toInt() and 0xFF } shouldContainExactly listOf(0x88, 2, 0x03, 0xE9)
                    server.awaitConnection().receive() shouldBe WsFrame.close(1001)
                }
            }

            test("are not answered when answers are off") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.answersPings = false
                    connection.echoesClose = false
                    client.sendFrame(0x89, byteArrayOf(7))
                    client.sendFrame(0x88, ByteArray(0))
                    connection.receive() shouldBe WsFrame.ping(WsBytes.copyOf(byteArrayOf(7)))
                    connection.receive().kind shouldBe WsFrameKind.CLOSE
                    client.hearsNothing(millis = 50) shouldBe true
                }
            }

            test("come back when the server echoes") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().echoesMessages = true
                    client.sendFrame(0x81, "a".toByteArray())
                    client.read(3) shouldContainExactly listOf(0x81, 1, 'a'.code)
                }
            }

            test("end the connection when they break the protocol, and the server says how") {
                for ((bytes, mistake) in listOf(
                    byteArrayOf(0x81.toByte(), 0) to "without a mask",
                    byteArrayOf(0xC1.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "reserved bit",
                    byteArrayOf(0x83.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "opcode 3",
                    byteArrayOf(0x80.toByte(), 0x80.toByte(), 0, 0, 0, 0) to "continued nothing",
                    byteArrayOf(0x09, 0x80.toByte(), 0, 0, 0, 0) to "fragmented a PING",
                    byteArrayOf(0x88.toByte(), 0x81.toByte(), 0, 0, 0, 0, 3) to "one byte",
                    byteArrayOf(0x81.toByte(), 0x81.toByte(), 0, 0, 0, 0, -1) to "bad TEXT",
                )) {
                    withClient(impatient) { server, client ->
                        client.upgrade()
                        val connection = server.awaitConnection()
                        client.send(bytes)
                        client.readToEnd()
                        shouldThrow<AssertionError> { connection.receive() }.message shouldContain mistake
                    }
                }
            }

            test("above the limit end the connection before they are read") {
                withClient(RawWsOptions(maxMessageBytes = 10, patience = 50.milliseconds)) { server, client ->
                    client.upgrade()
                    client.sendFrame(0x81, ByteArray(11))
                    shouldThrow<AssertionError> { server.awaitConnection().receive() }.message shouldContain
                        "limit is 10"
                }
            }

            test("wait in the socket once so many are not received") {
                withClient(RawWsOptions(maxUnreceivedFrames = 2)) { server, client ->
                    client.upgrade()
                    val writing =
                        CompletableFuture.runAsync { repeat(2_000_000) { client.sendFrame(0x82, ByteArray(125)) } }
                    shouldThrow<TimeoutException> { writing.get(500, TimeUnit.MILLISECONDS) }
                    server.close()
                    shouldThrow<Exception> { writing.get(10, TimeUnit.SECONDS) }
                }
            }
        }

        context("faults") {
            test("a drop ends the stream in order") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().drop()
                    client.readToEnd().size shouldBe 0
                    client.close()
                    server.awaitNoSockets()
                }
            }

            test("a close with a code is a frame and then the end") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().close(4000, "go")
                    client.readToEnd().map { it.toInt() and 0xFF } shouldContainExactly
                        listOf(0x88, 4, 0x0F, 0xA0, 'g'.code, 'o'.code)
                }
            }

            test("a reset is a reset") {
                withClient { server, client ->
                    client.upgrade()
                    server.awaitConnection().reset()
                    shouldThrow<SocketException> { client.readToEnd() }.message shouldContain "reset"
                    server.awaitNoSockets()
                }
            }

            test("silence swallows what comes and sends nothing, not even an answer") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.goSilent()
                    client.sendFrame(0x89, ByteArray(0))
                    connection.send(WsFrame.text("never"))
                    client.hearsNothing(millis = 50) shouldBe true
                    connection.receive(10.milliseconds).shouldBeNull()
                    server.openSockets shouldBe 1
                }
            }

            test("a server that stops reading holds the writer until it reads again") {
                withClient { server, client ->
                    client.upgrade()
                    val connection = server.awaitConnection()
                    connection.stopReading()
                    val writing =
                        CompletableFuture.runAsync { repeat(100_000) { client.sendFrame(0x82, ByteArray(125)) } }
                    shouldThrow<TimeoutException> { writing.get(300, TimeUnit.MILLISECONDS) }
                    connection.resumeReading()
                    repeat(100_000) { connection.receive().payload.size shouldBe 125 }
                    writing.get(10, TimeUnit.SECONDS)
                }
            }
        }
    })
