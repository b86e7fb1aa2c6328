package io.github.belay.examples.kotlin

import io.github.belay.WebSocketActor
import io.github.belay.observe.MicrometerGauges
import io.github.belay.observe.MicrometerMetricsReporter
import io.kotest.matchers.shouldBe
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import org.junit.jupiter.api.Test

/** The code that the recipe for metrics shows. */
class MetricsRecipeTest {
    @Test
    fun metersCarryTheNameOfTheConnection() =
        recipe { transport, _ ->
            // snippet:metrics-kotlin
            val registry = SimpleMeterRegistry() // the one of your program
            val reporter = MicrometerMetricsReporter(registry) // one for all connections
            val trades =
                WebSocketActor(transport, TradesEndpoint()) {
                    url("wss://server.example/")
                    name = "trades" // the tag client
                    metrics = reporter
                }
            MicrometerGauges.bind(registry, "trades", trades::stats) // how things are at the moment
            trades.connect()
            val attempts = registry.counter("websocket.client.connect.attempts", "client", "trades").count()
            val health = trades.health()
            if (!health.isHealthy) println("trades: ${health.reason}")
            // end:metrics-kotlin
            attempts shouldBe 1.0
            health.isHealthy shouldBe true
            registry.get("websocket.client.connected").gauge().value() shouldBe 1.0
            trades.close()
        }
}
