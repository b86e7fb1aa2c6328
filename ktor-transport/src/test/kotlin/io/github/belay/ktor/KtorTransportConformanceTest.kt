package io.github.belay.ktor

import io.github.belay.testing.conformance.ConformanceTest
import io.github.belay.transport.WsTransport
import java.nio.file.Path

/** RFC 6455 case by case, with the deviations that Ktor brings along written down in the file. */
class KtorTransportConformanceTest : ConformanceTest() {
    override fun newTransport(): WsTransport = KtorTransport()

    override fun expectedResults(): Path = Path.of("src/test/resources/conformance/ktor-transport.txt")
}
