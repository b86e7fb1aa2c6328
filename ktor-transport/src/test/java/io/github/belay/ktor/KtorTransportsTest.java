package io.github.belay.ktor;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.transport.WsTransport;
import kotlin.Unit;
import org.junit.jupiter.api.Test;

class KtorTransportsTest {
    @Test
    void makesATransportFromJava() {
        try (WsTransport transport = KtorTransports.create()) {
            assertInstanceOf(KtorTransport.class, transport);
        }
    }

    @Test
    void takesEngineSettingsFromJava() {
        KtorTransports.create(
                        settings ->
                                settings.engine(
                                        engine -> {
                                            engine.getEndpoint().setKeepAliveTime(1_000);
                                            return Unit.INSTANCE;
                                        }))
                .close();
    }

    @Test
    void refusesWhatItCannotHonourFromJava() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        KtorTransports.create(
                                settings ->
                                        settings.engine(
                                                engine -> {
                                                    engine.getEndpoint().setConnectAttempts(2);
                                                    return Unit.INSTANCE;
                                                })));
    }
}
