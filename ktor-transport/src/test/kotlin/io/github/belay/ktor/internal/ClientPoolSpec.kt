package io.github.belay.ktor.internal

import io.github.belay.transport.WsTlsConfig
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.isActive

class ClientPoolSpec :
    FunSpec({
        val here = ClientKey("a.example", 80, tls = null)

        fun pool() = ClientPool(EngineSettings {})

        test("links to one place share a client, links to others do not") {
            val pool = pool()
            val first = pool.lease(here).client
            pool.lease(here).client shouldBeSameInstanceAs first
            pool.lease(here.copy(port = 81)).client shouldNotBeSameInstanceAs first
            pool.lease(ClientKey("a.example", 80, WsTlsConfig.DEFAULT)).client shouldNotBeSameInstanceAs first
        }

        test("links that validate nothing share no client with those that do") {
            val pool = pool()
            val strict = pool.lease(ClientKey("a.example", 443, WsTlsConfig.DEFAULT)).client
            val blind = pool.lease(ClientKey("a.example", 443, WsTlsConfig.insecure())).client
            blind shouldNotBeSameInstanceAs strict
            pool.lease(ClientKey("a.example", 443, WsTlsConfig.insecure())).client shouldBeSameInstanceAs blind
        }

        test("a client ends with its last link") {
            val pool = pool()
            val leases = List(2) { pool.lease(here) }
            val http = leases.first().client.http
            leases.first().release(isClean = true)
            http.isActive shouldBe true
            leases.last().release(isClean = true)
            http.isActive shouldBe false
        }

        test("a client takes further links after one that ended in order, and none after one that did not") {
            val pool = pool()
            val kept = pool.lease(here)
            pool.lease(here).release(isClean = true)
            val joined = pool.lease(here)
            joined.client shouldBeSameInstanceAs kept.client
            joined.release(isClean = false)
            val apart = pool.lease(here)
            apart.client shouldNotBeSameInstanceAs kept.client
            kept.release(isClean = true)
            pool.lease(here).client shouldBeSameInstanceAs apart.client
        }

        test("a client that is full is joined again when a link of it has ended in order") {
            val pool = pool()
            val leases = List(ClientPool.MAX_LINKS) { pool.lease(here) }
            leases.map { it.client }.toSet().size shouldBe 1
            val next = pool.lease(here)
            next.client shouldNotBeSameInstanceAs leases.first().client
            leases.first().release(isClean = true)
            pool.lease(here).client shouldBeSameInstanceAs leases.last().client
        }
    })
