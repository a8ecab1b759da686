import { isIPv4 } from 'node:net';
import { groupsOf } from './ip-address.ts';

/** The parts of a header of version 2. */
export interface V2Parts {
  /** Version and command; a proxied connection by default. */
  command?: number;
  /** That of `from` by default. */
  family?: number;
  /** The address of the client, with port 40001. */
  from?: string;
  /** Addresses as bytes, if `from` is not given. */
  body?: Buffer;
  tlvs?: Buffer;
}

/** A header of the PROXY protocol, version 2, as bytes. */
export function v2Header({ command = 0x21, family, from, body, tlvs = Buffer.alloc(0) }: V2Parts): Buffer {
  const addresses = from === undefined ? (body ?? Buffer.alloc(0)) : tcp(from);
  const rest = Buffer.concat([addresses, tlvs]);
  const fixed = Buffer.from('\r\n\r\n\0\r\nQUIT\n\0\0\0\0', 'latin1');
  fixed[12] = command;
  fixed[13] = family ?? (isIPv4(from ?? '') ? 0x11 : 0x21);
  fixed.writeUInt16BE(rest.length, 14);
  return Buffer.concat([fixed, rest]);
}

function tcp(from: string): Buffer {
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(40_001, 0);
  ports.writeUInt16BE(443, 2);
  const address = isIPv4(from) ? Buffer.from(from.split('.').map(Number)) : ipv6(from);
  return Buffer.concat([address, Buffer.alloc(address.length, 1), ports]);
}

const ipv6 = (address: string) => Buffer.from(groupsOf(address).flatMap((group) => [group >> 8, group & 0xff]));
