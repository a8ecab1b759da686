import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

const PRESENTED = Symbol('presented certificate');

interface WithCertificate {
  [PRESENTED]?: X509Certificate;
}

/** Notes the certificate that a client has presented and that was verified. */
export function noteCertificate(socket: TLSSocket, certificate: X509Certificate): void {
  (socket as WithCertificate)[PRESENTED] = certificate;
}

/**
 * The verified certificate of the client of a connection; undefined for none.
 * @param socket of a request; over HTTP/2 Node's proxy of it, which passes on this property
 */
export const certificateOf = (socket: object): X509Certificate | undefined =>
  (socket as WithCertificate)[PRESENTED];
