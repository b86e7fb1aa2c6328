package io.github.belay.examples.java;

/**
 * One trade of one symbol.
 *
 * @param symbol what was traded
 * @param number grows by one with each trade of the symbol
 */
public record Trade(String symbol, long number) {
    @Override
    public String toString() {
        return symbol + " #" + number;
    }
}
