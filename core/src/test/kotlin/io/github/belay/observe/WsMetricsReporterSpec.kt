package io.github.belay.observe

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe

class WsMetricsReporterSpec :
    FunSpec({
        test("a reporter that overrides nothing can hear everything") {
            val silent = object : WsMetricsReporter {}
            reports.forEach { silent.hear(it, "ws") }
        }

        test("every report begins with the client and needs no Kotlin type but those of the library") {
            reports shouldHaveSize 23
            for (report in reports) {
                report.parameterTypes.first() shouldBe String::class.java
                report.name.contains('-') shouldBe false
                report.returnType shouldBe Void.TYPE
            }
        }
    })
