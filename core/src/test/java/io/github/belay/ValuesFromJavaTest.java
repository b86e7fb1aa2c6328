package io.github.belay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.belay.codec.WsDeflateAnswer;
import io.github.belay.codec.WsDeflateConfig;
import io.github.belay.codec.WsDeflateParameters;
import io.github.belay.codec.WsDeflateRules;
import io.github.belay.codec.WsFrameDecoder;
import io.github.belay.codec.WsFrameEncoder;
import io.github.belay.codec.WsHandshakeRules;
import io.github.belay.codec.WsMaskKeys;
import io.github.belay.codec.WsMessageAssembler;
import io.github.belay.codec.WsOpcode;
import io.github.belay.codec.WsSide;
import io.github.belay.frame.CloseCode;
import io.github.belay.frame.WsBytes;
import io.github.belay.frame.WsCloseFrame;
import io.github.belay.frame.WsFrame;
import io.github.belay.frame.WsFrameKind;
import io.github.belay.frame.WsFrameView;
import io.github.belay.frame.WsProtocolException;
import io.github.belay.frame.WsText;
import io.github.belay.transport.WsBuffers;
import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsHeaders;
import io.github.belay.transport.WsTlsConfig;
import io.github.belay.transport.WsUrl;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The values and the codec as a Java program meets them: no companions, no default masks. */
class ValuesFromJavaTest {
    @Test
    void framesAreMadeByStaticFactories() {
        assertEquals(WsFrameKind.TEXT, WsFrame.text("hello").getKind());
        assertEquals(WsFrame.text("hello"), WsFrame.text(WsText.of("hello")));
        assertEquals(0, WsFrame.ping().getPayload().getSize());
        assertEquals(WsFrame.close(1000, ""), WsFrame.close());
        assertArrayEquals(
                new byte[] {1, 2}, WsFrame.binary(new byte[] {1, 2}).getPayload().toByteArray());
    }

    @Test
    void aFrameIsTakenApartByItsType() {
        WsFrame frame = WsFrame.close(CloseCode.GOING_AWAY, "bye");
        if (frame instanceof WsFrame.Close close) {
            assertEquals(1001, close.getClose().getCode());
            assertEquals("bye", close.getClose().getReason().toString());
        } else {
            throw new AssertionError("must be a Close frame but was " + frame);
        }
    }

    @Test
    void constantsAreStaticFields() {
        assertEquals(0, WsBytes.EMPTY.getSize());
        assertEquals(CloseCode.NO_STATUS, WsCloseFrame.EMPTY.getCode());
        assertEquals(125, WsFrame.MAX_CONTROL_BYTES);
        assertTrue(CloseCode.isAllowedOnWire(4000));
        assertTrue(WsTlsConfig.DEFAULT.getValidateCerts());
    }

    @Test
    void bytesAreWrappedWhollyOrInPart() {
        byte[] array = "payload".getBytes(StandardCharsets.UTF_8);
        assertSame(array, WsBytes.wrap(array).asByteArray());
        assertEquals("load", WsBytes.wrap(array, 3).decodeToString());
        assertEquals("pay", WsBytes.wrap(array, 0, 3).decodeToString());
        assertNull(WsText.orNull(WsBytes.wrap(new byte[] {(byte) 0xFF})));
    }

    @Test
    void aRequestNamesOnlyWhatDiffersFromTheDefaults() {
        WsUrl url = WsUrl.parse("wss://example.com/feed");
        WsHeaders headers = WsHeaders.of(Map.of("Authorization", "Bearer x"));
        assertEquals(10_000, new WsConnectRequest(url).getConnectTimeoutMillis());
        assertEquals(
                "Bearer x", new WsConnectRequest(url, headers).getHeaders().get("authorization"));
        assertEquals(
                List.of("v1"),
                new WsConnectRequest(url, WsHeaders.EMPTY, List.of("v1")).getSubprotocols());
        assertEquals(1024, new WsBuffers(1024, 4096).getMaxFrameBytes());
    }

    @Test
    void listsHandedOutCannotBeChanged() {
        WsConnectRequest request =
                new WsConnectRequest(WsUrl.parse("ws://h"), WsHeaders.of("A", "1"), List.of("v1"));
        assertThrows(UnsupportedOperationException.class, () -> request.getSubprotocols().add("b"));
        assertThrows(
                UnsupportedOperationException.class,
                () -> request.getHeaders().getEntries().clear());
    }

    @Test
    void aViewIsLentAndTakenBack() {
        WsFrameView view = new WsFrameView();
        WsFrame kept = view.lend(WsFrameKind.BINARY, ByteBuffer.wrap(new byte[3]), 0, 3).toFrame();
        view.takeBack();
        assertEquals(3, kept.getPayload().getSize());
        assertThrows(IllegalStateException.class, view::getSize);
    }

    @Test
    void aTransportInJavaJoinsFragments() throws WsProtocolException {
        WsMessageAssembler assembler = new WsMessageAssembler(1024, 4096);
        WsFrameView view = new WsFrameView();
        assertFalse(
                assembler.feed(WsOpcode.TEXT, false, 0, view.give(WsFrameKind.TEXT, bytes("Hel"))));
        assertTrue(
                assembler.feed(
                        WsOpcode.CONTINUATION, true, 0, view.give(WsFrameKind.TEXT, bytes("lo"))));
        assertEquals(WsFrame.text("Hello"), view.toFrame());
        view.give(WsFrameKind.TEXT, bytes("x"));
        WsProtocolException violation =
                assertThrows(
                        WsProtocolException.class,
                        () -> assembler.feed(WsOpcode.CONTINUATION, true, 0, view));
        assertEquals(CloseCode.PROTOCOL_ERROR, violation.getCloseCode());
    }

    @Test
    void aTransportInJavaEncodesAndDecodes() throws WsProtocolException {
        WsFrameEncoder encoder = new WsFrameEncoder(new WsMaskKeys());
        WsFrameDecoder decoder = new WsFrameDecoder(1024, 4096, WsSide.SERVER, null);
        ByteBuffer wire = ByteBuffer.allocate((int) encoder.begin(WsFrame.text("Hello")));
        assertTrue(encoder.write(wire));
        List<String> shown = new ArrayList<>();
        decoder.decode(wire.flip(), frame -> shown.add(frame.decodeToString()));
        assertEquals(List.of("Hello"), shown);
    }

    @Test
    void aTransportInJavaVerifiesTheHandshake() {
        String key = WsHandshakeRules.newKey();
        List<Map.Entry<String, String>> answer =
                WsHeaders.of("Upgrade", "websocket")
                        .with("Connection", "Upgrade")
                        .with("Sec-WebSocket-Accept", WsHandshakeRules.acceptOf(key))
                        .getEntries();
        assertNull(WsHandshakeRules.verify(101, answer, key, List.of()));
        assertEquals(
                "status must be 101 but was 200",
                WsHandshakeRules.verify(200, answer, key, List.of()));
    }

    @Test
    void aTransportInJavaOffersCompressionAndReadsTheAnswer() {
        WsDeflateConfig offered = new WsDeflateConfig(true);
        assertEquals("permessage-deflate; server_no_context_takeover", offered.offer());
        List<Map.Entry<String, String>> answer =
                WsHeaders.of("Sec-WebSocket-Extensions", offered.offer()).getEntries();
        WsDeflateAnswer agreed = WsDeflateRules.verify(answer, offered);
        WsDeflateParameters parameters =
                assertInstanceOf(WsDeflateAnswer.Agreed.class, agreed).getParameters();
        assertTrue(parameters.getServerNoContextTakeover());
        assertEquals(new WsDeflateParameters(true).getMinBytes(), parameters.getMinBytes());
        assertSame(
                WsDeflateAnswer.Declined.INSTANCE,
                WsDeflateRules.verify(List.of(), new WsDeflateConfig()));
    }

    private static WsBytes bytes(String text) {
        return WsBytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
