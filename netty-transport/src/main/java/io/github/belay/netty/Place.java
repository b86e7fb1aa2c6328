package io.github.belay.netty;

/**
 * What a log may say of an exception that nobody else hears of: its type and where it was thrown.
 * Its message may quote an address or a payload.
 */
final class Place {
    private Place() {}

    static String of(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        String place = stack.length == 0 ? "an unknown place" : stack[0].toString();
        return thrown.getClass().getName() + " at " + place;
    }
}
