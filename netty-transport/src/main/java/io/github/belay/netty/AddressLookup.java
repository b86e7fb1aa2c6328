package io.github.belay.netty;

import io.github.belay.transport.WsServerNames;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, on threads of its own: a name service that does not answer holds up neither the
 * links that are open nor the time limit of an open.
 */
final class AddressLookup implements AutoCloseable {
    /** Lookups at a time. Further ones wait, within the time limits of their opens. */
    private static final int MAX_LOOKUPS = 16;

    private final ExecutorService threads = HelperThreads.pool("belay-netty-lookup", MAX_LOOKUPS);
    private final NameLookup lookup;

    AddressLookup(@Nullable NameLookup lookup) {
        this.lookup = lookup == null ? host -> List.of(InetAddress.getAllByName(host)) : lookup;
    }

    /** The addresses of {@code host}; an IP literal is its own. Fails as the lookup fails. */
    CompletableFuture<List<InetAddress>> addressesOf(String host) {
        InetAddress literal = WsServerNames.addressOf(host);
        if (literal != null) return CompletableFuture.completedFuture(List.of(literal));
        CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
        try {
            threads.execute(() -> find(host, addresses));
        } catch (RejectedExecutionException full) {
            addresses.completeExceptionally(full);
        }
        return addresses;
    }

    /** Whatever a lookup of the user's throws fails that one lookup. */
    private void find(String host, CompletableFuture<List<InetAddress>> addresses) {
        try {
            addresses.complete(List.copyOf(lookup.addressesOf(host)));
        } catch (Throwable failure) {
            addresses.completeExceptionally(failure);
        }
    }

    /** Interrupts the lookups under way, whose answers nobody waits for any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
