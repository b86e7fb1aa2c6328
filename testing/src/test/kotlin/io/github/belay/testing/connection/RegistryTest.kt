package io.github.belay.testing.connection

import io.github.belay.WebSocketActor
import io.github.belay.WsRegistry
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import org.junit.jupiter.api.Test

class RegistryTest {
    private val registered = WsRegistry<WebSocketActor<*>>()

    private fun Scenario.named(label: String) =
        raw {
            name = label
            registry = registered
        }

    @Test
    fun aConnectionIsFoundByItsNameUntilItIsClosed() =
        scenario {
            val trades = named("trades")
            val orders = named("orders")
            registered.find("trades") shouldBeSameInstanceAs trades
            registered.names shouldContainExactly setOf("orders", "trades")
            trades.connect()
            trades.close()
            registered.find("trades").shouldBeNull()
            registered.all shouldContainExactly listOf(orders)
            orders.abort()
            registered.all.shouldBeEmpty()
        }

    @Test
    fun aNameThatIsTakenIsRefused() =
        scenario {
            val first = named("trades")
            val refusal = shouldThrow<IllegalArgumentException> { named("trades") }
            refusal.message shouldBe "name must be unique in its registry but there is another 'trades'"
            registered.find("trades") shouldBeSameInstanceAs first
            first.close()
            named("trades").close()
        }

    @Test
    fun aConnectionWhoseParentIsCancelledIsGone() =
        scenario {
            named("trades")
            owner.cancel()
            settle()
            registered.all.shouldBeEmpty()
        }
}
