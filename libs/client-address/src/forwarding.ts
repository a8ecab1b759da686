import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type ForwardedElement, parseForwarded } from './forwarded-header.ts';
import { parseAddress } from './ip-address.ts';
import { parseHost, parseProtocol, type Protocol } from './origin.ts';
import { rangesOf, type TrustProxy } from './trusted-proxies.ts';

/** A request as it was received; those of HTTP/2 look the same. */
export type Received = Pick<IncomingMessage, 'headers' | 'socket'>;

/** What each hop says, the nearest last. */
interface Hops {
  for: readonly (string | undefined)[];
  proto: readonly (string | undefined)[];
  host: readonly (string | undefined)[];
}

/** Whether a proxy, or somebody who claims to be one, says for whom a request is. */
export const isForwarded = ({ headers }: Received): boolean =>
  headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined;

/**
 * Who sent a request and what they asked for, as far as proxies are trusted. The nearest hop is the connection itself; each
 * trusted hop says which one was before it. What stands in a header before the word of the last trusted hop was written by
 * somebody who is not, and is not read.
 *
 * `X-Forwarded-For`, `-Proto` and `-Host` go before `Forwarded` (RFC 7239): where one of them is there, that is not read.
 * Most proxies write them, and pass on a `Forwarded` as the client sent it.
 */
export class Forwarding {
  private readonly isListed: (address: string) => boolean;

  constructor(private readonly trusted: TrustProxy) {
    this.isListed = rangesOf(typeof trusted === 'object' ? trusted : []);
  }

  /**
   * The IP address of the client, in one spelling. A hop that hides where it was called from (`unknown`, `_hidden`) is as far
   * as can be seen: the client is then the last hop that is known. Empty where the connection has gone.
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

  /** By what the client came: that of the connection, unless trusted hops say what it was before them. */
  protocolOf(request: Received): Protocol {
    const { encrypted } = request.socket as TLSSocket;
    return parseProtocol(this.firstValue(request, 'proto')) ?? (encrypted ? 'https' : 'http');
  }

  /** The host that the client asked, with a port where it named one: that of the request, unless trusted hops say which it was. */
  hostOf(request: Received): string {
    const { headers } = request;
    const host = headers.host ?? (headers[':authority'] as string | undefined) ?? '';
    return parseHost(this.firstValue(request, 'host')) ?? host;
  }

  private hopsOf({ headers }: Received): Hops | undefined {
    return this.trusted === false ? undefined : readHops(headers);
  }

  /** How many hops are trusted, one after the other from the gateway; the first is the connection. */
  private trustedHops(request: Received, hops: Hops['for']): number {
    if (this.trusted === true) return Infinity;
    if (typeof this.trusted === 'number') return this.trusted;
    for (let distance = 0; ; distance += 1) {
      const address = distance ? addressAt(distance, hops) : connectionOf(request);
      if (address === undefined || !this.isListed(address)) return distance;
    }
  }

  /**
   * The word of the trusted hop that is nearest to the client. A list that is shorter was written by fewer hops, and one with
   * gaps by hops of several kinds: the next one's word counts.
   */
  private firstValue(request: Received, what: 'proto' | 'host'): string | undefined {
    const hops = this.hopsOf(request);
    if (!hops?.[what].length) return undefined;
    const first = Math.max(0, hops[what].length - this.trustedHops(request, hops.for));
    return hops[what].slice(first).find((value) => value !== undefined);
  }
}

const connectionOf = ({ socket }: Received): string | undefined => parseAddress(socket.remoteAddress ?? '');

/** The address of a hop; undefined where there is none so far, or it is hidden. */
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
