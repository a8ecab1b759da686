import { isIPv4, isIPv6 } from 'node:net';
import { parseAddress } from './ip-address.ts';

/** The source of a connection, as its PROXY header reports it. */
export interface ProxiedPeer {
  address: string;
  port: number;
}

/** A header of the PROXY protocol. */
export interface ProxyHeader {
  /** Its length in bytes; the following bytes are the client's. */
  length: number;
  /** Undefined if the connection is the proxy's own, for example a health check, or not from an IP address. */
  peer: ProxiedPeer | undefined;
}

/** The maximum length of a header in bytes, including extensions (TLVs). */
export const MAX_HEADER_BYTES = 4_096;

const V1_START = Buffer.from('PROXY ');
/** With its CRLF (section 2.1). */
const V1_MAX_BYTES = 107;
const V1 = /^PROXY (?:UNKNOWN(?: .*)?|(TCP[46]) (\S+) (\S+) (\d{1,5}) (\d{1,5}))\r\n$/;
const MAX_PORT = 65_535;

const V2_START = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_FIXED_BYTES = 16;
const VERSION_2 = 0x2;
const LOCAL = 0x0;
const PROXY = 0x1;
/** By transport and family: the length of the addresses in bytes, and the offset of the source port. */
const V2_FAMILIES: Readonly<Record<number, { bytes: number; ip?: { bytes: 4 | 16; portAt: number } }>> = {
  0x00: { bytes: 0 },
  0x11: { bytes: 12, ip: { bytes: 4, portAt: 8 } },
  0x21: { bytes: 36, ip: { bytes: 16, portAt: 32 } },
  0x31: { bytes: 216 },
};

/**
 * Reads a header of the PROXY protocol, version 1 or 2 (haproxy.org, doc/proxy-protocol.txt).
 * @returns `incomplete` if more bytes are needed, `malformed` if it is not a header or too long
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | 'incomplete' | 'malformed' {
  if (startsAlike(bytes, V2_START)) return readBinary(bytes);
  if (startsAlike(bytes, V1_START)) return readText(bytes);
  return 'malformed';
}

/** Whether the available bytes are a prefix of the signature. */
const startsAlike = (bytes: Buffer, start: Buffer): boolean =>
  bytes.subarray(0, start.length).equals(start.subarray(0, bytes.length));

function readText(bytes: Buffer): ProxyHeader | 'incomplete' | 'malformed' {
  const end = bytes.subarray(0, V1_MAX_BYTES).indexOf('\r\n');
  if (end === -1) return bytes.length < V1_MAX_BYTES ? 'incomplete' : 'malformed';
  const length = end + 2;
  const found = V1.exec(bytes.toString('latin1', 0, length));
  if (!found) return 'malformed';
  const [, family, source = '', destination = '', ...ports] = found;
  if (family === undefined) return { length, peer: undefined };
  const isOfFamily = family === 'TCP4' ? isIPv4 : isIPv6;
  if (!isOfFamily(source) || !isOfFamily(destination)) return 'malformed';
  if (ports.some((port) => Number(port) > MAX_PORT)) return 'malformed';
  return { length, peer: { address: parseAddress(source)!, port: Number(ports[0]) } };
}

function readBinary(bytes: Buffer): ProxyHeader | 'incomplete' | 'malformed' {
  if (bytes.length < V2_FIXED_BYTES) return 'incomplete';
  const version = bytes[12]! >> 4;
  const command = bytes[12]! & 0xf;
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (version !== VERSION_2 || command > PROXY || length > MAX_HEADER_BYTES) return 'malformed';
  const family = V2_FAMILIES[bytes[13]!];
  // The addresses of a health check must be ignored (section 2.2).
  if (command !== LOCAL && (!family || length < V2_FIXED_BYTES + family.bytes)) return 'malformed';
  if (bytes.length < length) return 'incomplete';
  return { length, peer: command === LOCAL || !family?.ip ? undefined : peerIn(bytes, family.ip) };
}

function peerIn(bytes: Buffer, ip: { bytes: 4 | 16; portAt: number }): ProxiedPeer {
  const source = bytes.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + ip.bytes);
  const text = ip.bytes === 4 ? source.join('.') : source.toString('hex').replace(/(.{4})(?=.)/g, '$1:');
  return { address: parseAddress(text)!, port: bytes.readUInt16BE(V2_FIXED_BYTES + ip.portAt) };
}
