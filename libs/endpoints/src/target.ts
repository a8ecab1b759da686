import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

/**
 * A configured address of an upstream, which may resolve to several: `orders:3002`, `srv:_grpc._tcp.orders`,
 * `unix:/run/orders.sock`.
 */
export interface Target {
  kind: 'address' | 'name' | 'srv' | 'unix';
  /** Host name, IP address without brackets, SRV name, or path of the socket. */
  host: string;
  /** Undefined for `srv` and `unix`. */
  port: number | undefined;
  /**
   * Share of the calls of each of its addresses, relative to other targets: 1 to 1,000. For `srv`, of all records
   * together.
   */
  weight: number;
  /** Whether the scheme requires TLS; undefined without a scheme. */
  isSecure: boolean | undefined;
}

const SCHEME = /^(grpcs?):\/\//i;
const HOST_PORT = /^(?:([^\s/:@[\]?#,%]+)|\[([\da-f:.]+)\]):(\d{1,5})$/i;
/** Labels of letters, digits, hyphens and underscores, which container names have. */
const HOST_NAME = /^(?=.{1,254}$)\w[\w-]{0,62}(?:\.\w[\w-]{0,62})*\.?$/;
/** An address with a mistake, such as 10.0.0.256: no name ends like that (URL Standard, 3.5). */
const LIKE_ADDRESS = /\.\d+\.?$/;
const SRV = /^srv:(_[\w-]+\._(?:tcp|udp)\.[\w-][\w.-]*)$/i;
const UNIX = /^unix:(?:\/\/)?(\/\S*[^\s/])$/;
const WEIGHT = /^weight=(\d{1,4})$/;
const MAX_WEIGHT = 1_000;
const MAX_PORT = 65_535;
/** The longest path of a Unix socket on Linux, in bytes; on macOS it is four less. */
const MAX_PATH_BYTES = 107;

/**
 * Parses an address of a gRPC upstream: `host:port`, `srv:_service._tcp.name` (RFC 2782) or `unix:/path`, with an
 * optional `grpc://` or `grpcs://` before it and `;weight=n` after it.
 * @returns undefined for anything else
 */
export function parseTarget(text: string): Target | undefined {
  const scheme = SCHEME.exec(text)?.[1]?.toLowerCase();
  const [place = '', ...parameters] = text.slice(scheme ? scheme.length + 3 : 0).split(';');
  const weight = weightOf(parameters);
  if (weight === undefined) return undefined;
  const rest = { weight, isSecure: scheme === undefined ? undefined : scheme === 'grpcs' };

  const srv = SRV.exec(place)?.[1];
  if (srv) return { kind: 'srv', host: srv, port: undefined, ...rest };
  const path = UNIX.exec(place)?.[1];
  if (path && Buffer.byteLength(path) <= MAX_PATH_BYTES)
    return { kind: 'unix', host: path, port: undefined, ...rest };
  const [, name, bracketed, digits] = HOST_PORT.exec(place) ?? [];
  const host = name === undefined ? bracketed : asciiOf(name);
  const port = Number(digits);
  if (!host || !port || port > MAX_PORT || (bracketed ? !isIP(bracketed) : !isHost(host))) return undefined;
  return { kind: isIP(host) ? 'address' : 'name', host, port, ...rest };
}

/** Whether it is an IPv4 address, or may be the name of a host; not a variable that nobody has replaced, such as `${HOST}`. */
export const isHost = (text: string): boolean =>
  isIP(text) === 4 || (HOST_NAME.test(text) && !LIKE_ADDRESS.test(text));

/** A name with other letters as DNS and TLS have it (RFC 5891); the text itself if it is none. */
const asciiOf = (name: string): string => (/^[\x20-\x7e]*$/.test(name) ? name : domainToASCII(name) || name);

/** @returns undefined unless the parameters are one weight of 1 to 1,000 */
function weightOf(parameters: readonly string[]): number | undefined {
  if (!parameters.length) return 1;
  const weight = Number(WEIGHT.exec(parameters[0]!)?.[1]);
  return parameters.length === 1 && weight >= 1 && weight <= MAX_WEIGHT ? weight : undefined;
}
