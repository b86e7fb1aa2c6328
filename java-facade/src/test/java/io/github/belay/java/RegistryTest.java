package io.github.belay.java;

import static io.github.belay.java.Rig.got;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.belay.WsRegistry;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistryTest {
    private final Rig rig = new Rig();
    private final WsRegistry<WsClient<?>> registry = new WsRegistry<>();

    @AfterEach
    void closeAll() {
        rig.close();
    }

    private WsClient<String> named(String name) {
        return rig.client().name(name).registry(registry).build();
    }

    @Test
    void aClientIsFoundByItsNameUntilItIsClosed() throws Exception {
        var trades = named("trades");
        assertSame(trades, registry.find("trades"));
        assertEquals(Set.of("trades"), registry.getNames());
        rig.connected(trades);
        got(trades.closeAsync());
        assertNull(registry.find("trades"));
    }

    @Test
    void aNameThatIsTakenIsRefused() throws Exception {
        var first = named("trades");
        assertThrows(IllegalArgumentException.class, () -> named("trades"));
        assertSame(first, registry.find("trades"));
        first.close();
        named("trades").close();
    }
}
