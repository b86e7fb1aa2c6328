package io.github.belay.netty;

import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host, in place of the platform's name service. */
@FunctionalInterface
public interface NameLookup {
    /**
     * The addresses of a host, the one to try first at the head. Called on threads of the
     * transport's own, several at a time, and may block: the time limit of the open goes on, and
     * other links do not wait. Interrupted when the transport is closed.
     *
     * @param host a DNS name; IP literals are not asked for
     * @return none if the host has no address
     * @throws Exception if they cannot be found; its message is not passed on
     */
    List<InetAddress> addressesOf(String host) throws Exception;
}
