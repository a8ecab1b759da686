import type { Http2SecureServer, SecureServerOptions } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Config } from '#gateway/config/config';
import { noteCertificate } from '#gateway/identity/certificates/presented-certificate';
import type { Logger } from '#libs/observe';

/** How often refused handshakes are logged for one reason, in milliseconds. */
const LOG_EACH_MS = 60_000;

/** Whether clients are asked for a certificate. It is part of a server, and needs a restart. */
export const clientCertificateOptions = ({ TLS_CLIENT_CA_FILE }: Config): SecureServerOptions =>
  // Who is refused is decided below: OpenSSL's refusal could not be told from a broken connection.
  TLS_CLIENT_CA_FILE === undefined ? {} : { requestCert: true, rejectUnauthorized: false };

/** Closes TLS connections whose client certificate is missing or wrong, and logs why handshakes fail. */
export function checkClientCertificates(server: Http2SecureServer, config: Config, logger: Logger): void {
  const refusals = new RefusedHandshakes(logger);
  server.on('tlsClientError', (error: NodeJS.ErrnoException, { remoteAddress }) => {
    // Probes of load balancers connect and leave.
    if (error.code !== 'ECONNRESET') refusals.add(error.code ?? error.message, remoteAddress);
  });
  if (config.TLS_CLIENT_CA_FILE === undefined) return;
  const serve = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate && socket.authorized) noteCertificate(socket, certificate);
    else if (certificate || config.TLS_CLIENT_AUTH === 'required') {
      const why = certificate ? String(socket.authorizationError) : 'no certificate';
      refusals.add(why, socket.remoteAddress, certificate?.subject.replaceAll('\n', ', '));
      socket.on('error', () => {});
      return void socket.destroy();
    }
    for (const listener of serve) listener.call(server, socket);
  });
}

/** Logs refused handshakes, each reason once a minute at most: clients that try again would fill the log. */
class RefusedHandshakes {
  private readonly counts = new Map<string, number>();

  constructor(private readonly logger: Logger) {}

  add(reason: string, address: string | undefined, subject?: string): void {
    const count = this.counts.get(reason);
    if (count !== undefined) return void this.counts.set(reason, count + 1);
    this.counts.set(reason, 0);
    this.logger.warn({ reason, address, subject }, 'a TLS handshake was refused');
    setTimeout(() => {
      const more = this.counts.get(reason)!;
      this.counts.delete(reason);
      if (more) this.logger.warn({ reason, count: more }, 'more TLS handshakes were refused in the last minute');
    }, LOG_EACH_MS).unref();
  }
}
