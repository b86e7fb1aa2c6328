package io.github.belay.testing.conformance

import io.github.belay.testing.conformance.ConformanceGroup.CLOSE
import io.github.belay.testing.conformance.ConformanceGroup.DEFLATE
import io.github.belay.testing.conformance.ConformanceGroup.DEFLATE_PARAMETERS
import io.github.belay.testing.conformance.ConformanceGroup.FRAGMENTATION
import io.github.belay.testing.conformance.ConformanceGroup.FRAMING
import io.github.belay.testing.conformance.ConformanceGroup.OPCODES
import io.github.belay.testing.conformance.ConformanceGroup.PING_PONG
import io.github.belay.testing.conformance.ConformanceGroup.RESERVED_BITS
import io.github.belay.testing.conformance.ConformanceGroup.SIZES
import io.github.belay.testing.conformance.ConformanceGroup.UTF8
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlin.time.Duration.Companion.minutes

/** The suite itself: nothing is wrong with who keeps the rules, and each mistake is found by the cases about it. */
class ConformanceSuiteSpec :
    FunSpec({
        test("a client that keeps every rule passes every case").config(timeout = 5.minutes) {
            problems(mistake = null, ConformanceCases.all()).map { "$it | ${it.detail}" }.shouldBeEmpty()
        }

        test("every case can fail").config(timeout = 5.minutes) {
            val mistakes = listOf(Mistake.CONFUSES_FRAMES, Mistake.SWALLOWS_VIOLATIONS)
            val failed = mistakes.flatMap { problems(it, ConformanceCases.all()) }.map { it.case.id }
            (ConformanceCases.all().map { it.id } - failed.toSet()).shouldBeEmpty()
        }

        context("of the cases in its groups, exactly those fail that are about the mistake") {
            for (finding in findings) {
                test("${finding.mistake} in ${finding.groups}") {
                    problems(finding.mistake, finding.groups.flatMap(ConformanceCases::of))
                        .map { it.case.id }
                        .shouldContainExactly(finding.failing())
                }
            }
        }

        test("in a window of 32 KiB, a client that forgets what the server refers to fails") {
            val cases = listOf("13.37", "13.38", "13.39", "13.40", "13.41", "13.42").map(ConformanceCases::byId)
            problems(Mistake.INFLATES_WITHOUT_CONTEXT, cases).map { it.case } shouldBe cases
        }

        test("each mistake is among those tried") {
            val tried = findings.map { it.mistake } + Mistake.CONFUSES_FRAMES + Mistake.INFLATES_WITHOUT_CONTEXT
            (Mistake.entries - tried.toSet()).shouldBeEmpty()
        }
    })

private fun problems(
    mistake: Mistake?,
    cases: List<ConformanceCase>,
): List<ConformanceResult> {
    // Whoever is wrong may keep the server waiting.
    val patience = Duration.ofSeconds(if (mistake == null) 10 else 3)
    return ConformanceSuite(FaultySubject(mistake), patience).use { suite ->
        cases.map(suite::run).filter { it.verdict != ConformanceVerdict.PASS }
    }
}

private const val ALL = "all"

private class Finding(
    val mistake: Mistake,
    /** `2.1-2.4 2.6` and so on; [ALL] for every case of the groups. */
    private val ids: String,
    vararg groups: ConformanceGroup,
) {
    val groups = groups.toList()

    fun failing(): List<String> =
        if (ids == ALL) groups.flatMap(ConformanceCases::of).map { it.id } else ids.split(' ').flatMap(::range)

    private fun range(ids: String): List<String> {
        val (first, last) = (ids.split('-') + ids).take(2)
        val group = first.substringBefore('.')
        return (first.substringAfter('.').toInt()..last.substringAfter('.').toInt()).map { "$group.$it" }
    }
}

private val findings =
    listOf(
        Finding(Mistake.TAKES_RESERVED_BITS, "3.1-3.5", RESERVED_BITS),
        Finding(Mistake.TAKES_MASKED_FRAMES, "3.6-3.7", RESERVED_BITS),
        Finding(Mistake.TAKES_RESERVED_OPCODES, "4.1-4.10", OPCODES),
        Finding(Mistake.TAKES_FRAGMENTED_CONTROLS, "5.1-5.3", FRAGMENTATION),
        Finding(Mistake.TAKES_LONG_CONTROLS, "2.5 7.32", PING_PONG, CLOSE),
        Finding(Mistake.TAKES_BAD_SEQUENCES, "5.14-5.19", FRAGMENTATION),
        Finding(Mistake.TAKES_BAD_UTF8, "6.41-6.96 6.117-6.143", UTF8),
        Finding(Mistake.CHECKS_UTF8_PER_FRAGMENT, "6.97-6.116 6.144", UTF8),
        Finding(Mistake.CHECKS_UTF8_AT_THE_END, "6.117-6.136 6.140-6.143", UTF8),
        Finding(Mistake.CHECKS_UTF8_PER_FRAME, "6.140-6.143", UTF8),
        Finding(Mistake.TAKES_BAD_CLOSE_CODES, "7.17-7.28 7.30", CLOSE),
        Finding(Mistake.TAKES_BAD_CLOSE_REASONS, "7.33-7.34", CLOSE),
        Finding(Mistake.READS_BEHIND_CLOSE, "5.20 7.35-7.37", FRAGMENTATION, CLOSE),
        Finding(Mistake.TAKES_LONG_LENGTH_FORMS, "9.53-9.54", SIZES),
        Finding(Mistake.TAKES_NEGATIVE_LENGTHS, "9.51-9.52", SIZES),
        Finding(Mistake.HAS_NO_LIMITS, "9.44 9.46-9.47 9.49", SIZES),
        Finding(Mistake.COUNTS_LIMIT_PER_FRAME, "9.46", SIZES),
        Finding(Mistake.DELIVERS_FRAGMENTS, "5.4-5.13 5.17-5.20", FRAGMENTATION),
        Finding(Mistake.DELIVERS_PINGS_LATE, "5.6-5.7 5.9", PING_PONG, FRAGMENTATION),
        Finding(Mistake.DROPS_EMPTY_MESSAGES, "1.1 1.8", FRAMING),
        Finding(Mistake.ANSWERS_PINGS, "2.1-2.4 2.6 2.9-2.11 5.6-5.7 5.9", PING_PONG, FRAGMENTATION),
        Finding(Mistake.ANSWERS_CLOSE, "7.1-7.16 7.29 7.31 7.35-7.37", CLOSE),
        Finding(Mistake.SENDS_NO_MASK, ALL, FRAMING, PING_PONG),
        Finding(Mistake.REPEATS_MASK_KEY, "1.1-1.16 2.5 2.9", FRAMING, PING_PONG),
        Finding(Mistake.SENDS_LONG_LENGTH_FORMS, ALL, FRAMING, PING_PONG),
        Finding(Mistake.SENDS_RESERVED_BIT, ALL, FRAMING, PING_PONG),
        Finding(Mistake.SENDS_CONTROLS_WITHOUT_FIN, ALL, FRAMING, PING_PONG),
        Finding(Mistake.SENDS_TEXT_AS_BINARY, "1.1-1.7 1.15", FRAMING),
        Finding(Mistake.INFLATES_PLAIN_MESSAGES, "12.61-12.63 12.65-12.66 12.75-12.81", DEFLATE),
        Finding(Mistake.KEEPS_CONTEXT_THAT_MUST_GO, "13.85-13.126", DEFLATE_PARAMETERS),
        Finding(Mistake.TAKES_RSV1_EVERYWHERE, "12.76-12.78 12.80-12.81", DEFLATE),
        Finding(Mistake.TAKES_BROKEN_DEFLATE, "12.82-12.84", DEFLATE),
        Finding(Mistake.LIMITS_COMPRESSED_SIZE, "12.87-12.88 12.90", DEFLATE),
        Finding(
            Mistake.WRONG_VIOLATION_CODE,
            "2.5 3.1-3.7 4.1-4.10 7.17-7.28 7.30 7.32-7.34",
            PING_PONG,
            RESERVED_BITS,
            OPCODES,
            CLOSE,
        ),
        Finding(
            Mistake.SWALLOWS_VIOLATIONS,
            "2.5 3.1-3.7 4.1-4.10 7.17-7.28 7.30 7.32-7.34",
            PING_PONG,
            RESERVED_BITS,
            OPCODES,
            CLOSE,
        ),
    )
