import { connect } from 'node:net';
import { answerOf, type Place, tlsAnswer } from '#libs/endpoints';
import type { Server } from './http2-session.ts';

/** Error codes that explain themselves: connection refused, or no response. */
const SELF_EXPLAINING = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
/** Error codes of OpenSSL and Node for a rejected certificate. */
const CERTIFICATE = /CERT|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH/;
/** The minimum interval between probes of an address, in milliseconds. */
const DIAGNOSE_MS = 60_000;
/** The timeout of both probes together, in milliseconds. */
const MAX_PROBE_MS = 1_000;
/** The client's preface and an empty SETTINGS frame (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');
const SETTINGS_FRAME = 4;
const FRAME_TYPE_AT = 3;

/**
 * Detects whether a connection failed because only one side uses TLS, or because the server supports only HTTP/1.1:
 * configuration errors that socket errors do not name.
 */
export class Diagnosis {
  private startedAt = -Infinity;
  private reason = '';
  private hint: Promise<string | undefined> = Promise.resolve(undefined);

  constructor(private readonly server: Server) {}

  /**
   * Explains why a connection failed. Probes the server at most once a minute.
   * @returns a hint for the log, if there is one
   */
  async hintFor(reason: Error): Promise<string | undefined> {
    const { code = '' } = reason as NodeJS.ErrnoException;
    if (/CERTIFICATE_REQUIRED/.test(code))
      return 'the server requires a client certificate: set tls.cert and tls.key of the upstream';
    if (/NO_APPLICATION_PROTOCOL/.test(code)) return NO_HTTP2;
    if (SELF_EXPLAINING.has(code) || CERTIFICATE.test(code) || reason.name === 'NotAnswering') return undefined;
    if (performance.now() - this.startedAt >= DIAGNOSE_MS) {
      this.startedAt = performance.now();
      this.reason = reason.message;
      this.hint = diagnose(this.server);
    }
    // Another failure within the minute may have another cause.
    return reason.message === this.reason ? this.hint : undefined;
  }
}

const NO_HTTP2 = 'the server supports TLS, but not HTTP/2, which gRPC requires';

async function diagnose({ address, tls }: Server): Promise<string | undefined> {
  const { host, port } = address;
  const place = port === undefined ? { path: host } : { host, port };
  const until = performance.now() + MAX_PROBE_MS;
  const bytes = await plainAnswer(place, until);
  if (bytes?.[FRAME_TYPE_AT] === SETTINGS_FRAME)
    return tls && 'the server uses plain text, not TLS: prefix its address with grpc://';
  const overTls = await tlsAnswer(place, until);
  if (overTls === 'no h2') return NO_HTTP2;
  if (overTls) return tls ? undefined : 'the server uses TLS: prefix its address with grpcs://';
  // After the TLS probe: TLS servers respond to plain text in HTTP/1.1.
  if (!bytes && performance.now() < until) return 'the server closes connections without an answer';
  if (bytes?.subarray(0, 5).toString('latin1') !== 'HTTP/') return undefined;
  return `the server supports only HTTP/1.1${tls ? ' in plain text, neither TLS nor' : ', not'} HTTP/2, which gRPC requires`;
}

/** The first bytes of a server's response to plain-text HTTP/2; undefined without a response. */
function plainAnswer(place: Place, until: number): Promise<Buffer | undefined> {
  const socket = connect(place);
  socket.write(PREFACE);
  return answerOf<Buffer>(socket, until, (resolve) => socket.once('data', resolve));
}
