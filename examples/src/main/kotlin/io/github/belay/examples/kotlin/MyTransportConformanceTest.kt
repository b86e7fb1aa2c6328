package io.github.belay.examples.kotlin

import io.github.belay.examples.MyTransport
import io.github.belay.testing.conformance.ConformanceTest
import io.github.belay.transport.WsTransport
import java.nio.file.Path

// Among the programs, so that the build compiles it and does not run it.
// snippet:conformance
class MyTransportConformanceTest : ConformanceTest() {
    override fun newTransport(): WsTransport = MyTransport()

    override fun expectedResults(): Path = Path.of("src/test/resources/conformance/my-transport.txt")
}
// end:conformance
