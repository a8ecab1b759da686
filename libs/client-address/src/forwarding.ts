import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type ForwardedElement, parseForwarded } from './forwarded-header.ts';
import { parseAddress } from './ip-address.ts';
import { parseHost, parseProtocol, type Protocol } from './origin.ts';
import { rangesOf, type TrustProxy } from './trusted-proxies.ts';

/** A request as it was received; those of HTTP/2 look the same. */
export type Received = Pick<IncomingMessage, 'headers' | 'socket'>;

/** The values of each hop, the nearest last. */
interface Hops {
  for: readonly (string | undefined)[];
  proto: readonly (string | undefined)[];
  host: readonly (string | undefined)[];
}

/** Whether a request has any forwarding header, from a trusted proxy or not. */
export const isForwarded = ({ headers }: Received): boolean =>
  headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;

/**
 * Derives the client of a request, its protocol and host from forwarding headers, as far as proxies are trusted. The
 * nearest hop is the connection itself; each trusted hop names the one before it. Values before that of the last
 * trusted hop were written by an untrusted one, and are ignored. `X-Forwarded-For`, `-Proto` and `-Host` take
 * precedence over `Forwarded` (RFC 7239), which is ignored if one of them is present: most proxies write them, and
 * pass on a client's `Forwarded` unchanged.
 */
export class Forwarding {
  private readonly isListed: (address: string) => boolean;

  constructor(private readonly trusted: TrustProxy) {
    this.isListed = rangesOf(typeof trusted === 'object' ? trusted : []);
  }

  /**
   * The client's IP address, normalized. If a hop hides its client (`unknown`, `_hidden`), the last known hop counts
   * as the client. Empty if the connection has gone.
   */
  addressOf(request: Received): string {
    const hops = this.hopsOf(request)?.for ?? [];
    let distance = hops.length && Math.min(hops.length, this.trustedHops(request, hops));
    for (; distance > 0; distance -= 1) {
      const address = addressAt(distance, hops);
      if (address !== undefined) return address;
    }
    return connectionOf(request) ?? '';
  }

  /** The client's protocol: that of the connection, unless trusted hops report another. */
  protocolOf(request: Received): Protocol {
    const { encrypted } = request.socket as TLSSocket;
    return parseProtocol(this.firstValue(request, 'proto')) ?? (encrypted ? 'https' : 'http');
  }

  /**
   * The host that the client requested, with its port if it named one: that of the request, unless trusted hops
   * report another.
   */
  hostOf(request: Received): string {
    const { headers } = request;
    const host = headers.host ?? (headers[':authority'] as string | undefined) ?? '';
    return parseHost(this.firstValue(request, 'host')) ?? host;
  }

  private hopsOf({ headers }: Received): Hops | undefined {
    return this.trusted === false ? undefined : readHops(headers);
  }

  /** The number of consecutive trusted hops, counted from the gateway; the first is the connection. */
  private trustedHops(request: Received, hops: Hops['for']): number {
    if (this.trusted === true) return Infinity;
    if (typeof this.trusted === 'number') return this.trusted;
    for (let distance = 0; ; distance += 1) {
      const address = distance ? addressAt(distance, hops) : connectionOf(request);
      if (address === undefined || !this.isListed(address)) return distance;
    }
  }

  /**
   * The value of the trusted hop nearest to the client. A shorter list was written by fewer hops, and one with gaps
   * by different kinds of hops: then the next hop's value counts.
   */
  private firstValue(request: Received, what: 'proto' | 'host'): string | undefined {
    const hops = this.hopsOf(request);
    if (!hops?.[what].length) return undefined;
    const first = Math.max(0, hops[what].length - this.trustedHops(request, hops.for));
    return hops[what].slice(first).find((value) => value !== undefined);
  }
}

const connectionOf = ({ socket }: Received): string | undefined => parseAddress(socket.remoteAddress ?? '');

/** The address of a hop; undefined if it is missing or hidden. */
const addressAt = (distance: number, hops: Hops['for']): string | undefined =>
  parseAddress(hops[hops.length - distance] ?? '');

function readHops(headers: IncomingHttpHeaders): Hops | undefined {
  const { 'x-forwarded-for': addresses, 'x-forwarded-proto': protocols, 'x-forwarded-host': hosts } = headers;
  if (addresses !== undefined || protocols !== undefined || hosts !== undefined)
    return { for: items(addresses), proto: items(protocols), host: items(hosts) };
  if (headers['forwarded'] === undefined) return undefined;
  const elements: ForwardedElement[] = parseForwarded(String(headers['forwarded'])) ?? [];
  const all = (name: keyof ForwardedElement) => elements.map((element) => element[name]);
  return { for: all('for'), proto: all('proto'), host: all('host') };
}

/** The items of a list, which may be on several lines and have empty ones (RFC 9110, section 5.6.1). */
const items = (header: string | string[] | undefined): string[] =>
  header === undefined
    ? []
    : String(header)
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean);
