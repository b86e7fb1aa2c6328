package io.github.belay.netty;

import io.github.belay.transport.WsConnectRequest;
import io.github.belay.transport.WsServerNames;
import io.github.belay.transport.WsUrl;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The request that asks for the upgrade (RFC 6455 section 4.1), as it stands on the wire. */
final class UpgradeRequest {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private UpgradeRequest() {}

    /** Throws what this transport cannot honour in {@code request}. */
    static void requireHonourable(WsConnectRequest request) {
        WsServerNames.addressOf(request.getUrl().getHost());
    }

    /**
     * The request line and all header lines. {@code WsHeaders} and {@code WsUrl} vouch for them.
     */
    static byte[] bytesOf(WsConnectRequest request, String key) {
        StringBuilder lines = new StringBuilder(512);
        lines.append("GET ").append(request.getUrl().getTarget()).append(" HTTP/1.1\r\n");
        line(lines, "Host", hostOf(request.getUrl()));
        line(lines, "Upgrade", "websocket");
        line(lines, "Connection", "Upgrade");
        line(lines, "Sec-WebSocket-Version", "13");
        line(lines, "Sec-WebSocket-Key", key);
        if (!request.getSubprotocols().isEmpty()) {
            line(lines, "Sec-WebSocket-Protocol", String.join(", ", request.getSubprotocols()));
        }
        if (request.getCompression() != null) {
            line(lines, "Sec-WebSocket-Extensions", request.getCompression().offer());
        }
        for (Map.Entry<String, String> wanted : request.getHeaders().getEntries()) {
            line(lines, wanted.getKey(), wanted.getValue());
        }
        return lines.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void line(StringBuilder lines, String name, String value) {
        lines.append(name).append(": ").append(value).append("\r\n");
    }

    /** RFC 9112 section 3.2: the port only where it is not the default. */
    private static String hostOf(WsUrl url) {
        String host = url.getHost().indexOf(':') < 0 ? url.getHost() : "[" + url.getHost() + "]";
        int defaultPort = url.isSecure() ? HTTPS_PORT : HTTP_PORT;
        return url.getPort() == defaultPort ? host : host + ":" + url.getPort();
    }
}
