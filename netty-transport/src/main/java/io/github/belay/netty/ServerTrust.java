package io.github.belay.netty;

import io.github.belay.transport.WsServerNames;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts the chains that another trust manager trusts, and of those only the ones issued for the
 * host that the engine was made for.
 *
 * <p>The platform's own check of names accepts a common name where there is no alternative name,
 * and a trust manager of the user's need not check names at all.
 */
final class ServerTrust extends X509ExtendedTrustManager {
    private final X509TrustManager chains;

    ServerTrust(X509TrustManager chains) {
        this.chains = chains;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        WsServerNames.requireIssuedFor(engine.getPeerHost(), chain[0]);
        if (chains instanceof X509ExtendedTrustManager extended) {
            extended.checkServerTrusted(chain, authType, engine);
        } else {
            chains.checkServerTrusted(chain, authType);
        }
        // The platform does not ask a certificate that is trusted by itself for its dates.
        chain[0].checkValidity();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw hostUnknown();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw hostUnknown();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notForClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notForClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw notForClients();
    }

    private static CertificateException hostUnknown() {
        return new CertificateException("a certificate cannot be checked without its host");
    }

    private static CertificateException notForClients() {
        return new CertificateException("this is the trust of a client: it judges no clients");
    }
}
