package io.github.belay.java;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.belay.WebSocketActor;
import io.github.belay.WebSocketActorConfig;
import io.github.belay.endpoint.WsEndpointHandler;
import io.github.belay.policy.WsCircuitBreakerConfig;
import io.github.belay.subscription.KeyedSubscriptions;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kotlin and Java say the same by the same names; every difference stands here with its reason. */
class ParityTest {
    private static final Map<String, String> ONLY_JAVA_BUILDER =
            Map.of(
                    "ingress", "Kotlin takes it beside the transport, before the settings",
                    "executor", "Kotlin has dispatchers in WsRuntime");

    private static final Map<String, String> ONLY_JAVA_CLIENT =
            Map.of(
                    "builder", "Kotlin configures with a lambda",
                    "closeAsync", "close() is taken by AutoCloseable, which blocks",
                    "onMessage", "Kotlin collects messages where it likes",
                    "statuses", "Kotlin's status is both the value and the flow");

    private static final Map<String, String> ONLY_KOTLIN_CLIENT =
            Map.of("config", "its durations are Kotlin's; Java keeps its own settings");

    private static final Map<String, String> ONLY_KOTLIN_ENDPOINT =
            Map.of("defaultAction", "WsEndpointHandler.defaultAction is a static method to Java");

    private static final Map<String, String> ONLY_JAVA_BREAKER =
            Map.of(
                    "listener", "Kotlin gives it to the breaker itself",
                    "build", "Kotlin calls the constructor");

    private static final Map<String, String> ONLY_KOTLIN_KEYED =
            Map.of("protocol", "the builder of Java begins with it");

    private static final Map<String, String> ONLY_JAVA_KEYED =
            Map.of("build", "Kotlin calls the constructor");

    /** The same name, and yet not quite the same. */
    private static final Map<String, String> CLIENT_DIFFERS =
            Map.of(
                    "ask", "what is not Ok fails the future; Kotlin returns it as a value",
                    "tell", "what is not Done fails the future; Kotlin returns it as a value",
                    "send", "blocks the thread for room, where Kotlin suspends",
                    "awaitReady", "late is java.util.concurrent.TimeoutException",
                    "close", "blocks, as AutoCloseable does; closeAsync is what Kotlin calls close",
                    "disconnect",
                            "fails with QueueFull when 1024 commands wait: handed over on the caller's"
                                    + " thread, to keep the order, where Kotlin suspends for room");

    @Test
    void whatDiffersUnderOneNameIsThereInBoth() {
        var differing = CLIENT_DIFFERS.keySet();
        assertEquals(differing, intersection(names(WebSocketActor.class), differing));
        assertEquals(differing, intersection(names(WsClient.class), differing));
    }

    @Test
    void theBuilderHasTheNamesOfTheKotlinBuilder() {
        assertSame(
                names(WebSocketActorConfig.Builder.class),
                Set.of(),
                names(WsClientBuilder.class),
                ONLY_JAVA_BUILDER.keySet());
    }

    @Test
    void theClientHasTheNamesOfTheActor() {
        assertSame(
                names(WebSocketActor.class),
                ONLY_KOTLIN_CLIENT.keySet(),
                names(WsClient.class),
                ONLY_JAVA_CLIENT.keySet());
    }

    @Test
    void theEndpointHasTheNamesOfTheHandler() {
        assertSame(
                names(WsEndpointHandler.class),
                ONLY_KOTLIN_ENDPOINT.keySet(),
                names(WsEndpoint.class),
                Set.of());
    }

    @Test
    void theSubscriptionsHaveTheNamesOfTheActors() {
        assertSame(
                names(io.github.belay.subscription.WsSubscriptions.class),
                Set.of(),
                names(WsSubscriptions.class),
                Set.of());
        assertSame(
                names(io.github.belay.subscription.WsSubscriptionHold.class),
                Set.of(),
                names(WsSubscriptionHold.class),
                Set.of());
        assertSame(
                names(KeyedSubscriptions.class),
                ONLY_KOTLIN_KEYED.keySet(),
                names(Subscriptions.KeyedBuilder.class),
                ONLY_JAVA_KEYED.keySet());
    }

    @Test
    void theBreakerBuilderHasTheNamesOfItsSettings() {
        assertSame(
                names(WsCircuitBreakerConfig.class),
                Set.of(),
                names(CircuitBreakers.Builder.class),
                ONLY_JAVA_BREAKER.keySet());
    }

    @Test
    void noSignatureNamesWhatOnlyKotlinCanUse() {
        var types =
                Stream.of(
                        WsClient.class,
                        WsClientBuilder.class,
                        WsEndpoint.class,
                        WsTargetSupplier.class,
                        WsRegistration.class,
                        WsSubscriptions.class,
                        WsSubscriptionHold.class,
                        Subscriptions.class,
                        Subscriptions.KeyedBuilder.class,
                        WsTellException.class,
                        WsDelegatedException.class,
                        Reconnects.class,
                        Heartbeats.class,
                        CircuitBreakers.class,
                        CircuitBreakers.Builder.class);
        var offending =
                types.flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .map(Method::toGenericString)
                        .filter(signature -> signature.matches(".*\\bkotlinx?\\..*"))
                        .toList();
        assertEquals(java.util.List.of(), offending);
    }

    private static void assertSame(
            Set<String> kotlin, Set<String> onlyKotlin, Set<String> java, Set<String> onlyJava) {
        var expected = new TreeSet<>(kotlin);
        expected.removeAll(onlyKotlin);
        expected.addAll(onlyJava);
        assertEquals(expected, new TreeSet<>(java));
        // A deviation that is none any more would hide the next one.
        assertEquals(Set.of(), intersection(kotlin, onlyJava));
        assertEquals(Set.of(), intersection(java, onlyKotlin));
    }

    private static Set<String> intersection(Set<String> one, Set<String> other) {
        return one.stream().filter(other::contains).collect(Collectors.toSet());
    }

    /** Functions and properties, as a reader of the source names them. */
    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .filter(name -> !name.contains("$"))
                // What a signature with a value class adds.
                .map(name -> name.replaceFirst("-.*", ""))
                .map(ParityTest::withoutAccessor)
                .collect(Collectors.toSet());
    }

    private static String withoutAccessor(String name) {
        return name.matches("[gs]et[A-Z].*")
                ? Character.toLowerCase(name.charAt(3)) + name.substring(4)
                : name;
    }
}
