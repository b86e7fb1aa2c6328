package io.github.belay.netty

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class PlaceSpec :
    FunSpec({
        val thrown = IllegalStateException("cannot parse a secret", IllegalArgumentException("nor this one"))

        test("an exception is named by its type and where it was thrown, and not by what it says") {
            thrown.stackTrace = arrayOf(StackTraceElement("a.Listener", "onFrame", "Listener.kt", 7))
            Place.of(thrown) shouldBe "java.lang.IllegalStateException at a.Listener.onFrame(Listener.kt:7)"
        }

        test("an exception without a stack has an unknown place") {
            thrown.stackTrace = emptyArray()
            Place.of(thrown) shouldBe "java.lang.IllegalStateException at an unknown place"
        }
    })
