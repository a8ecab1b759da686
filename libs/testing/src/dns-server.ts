import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** An A, AAAA or SRV record. TTLs are in seconds. */
export type DnsRecord =
  | { address: string; ttl?: number }
  | { target: string; port: number; priority?: number; weight?: number; ttl?: number };

/**
 * The server's reaction to queries for a name: records, an error code, a response that is cut short (which asks for TCP,
 * where it does not listen), one that no parser accepts, or no response.
 */
export type DnsReply = readonly DnsRecord[] | 'NXDOMAIN' | 'SERVFAIL' | 'TRUNCATED' | 'MALFORMED' | 'SILENT';

const TYPES = { A: 1, AAAA: 28, SRV: 33 };
const RCODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3 };
const HEADER_BYTES = 12;
/** An authoritative response; recursion is available. */
const RESPONSE_FLAGS = 0x8580;
const TRUNCATED_FLAG = 0x0200;
/** What a malformed response claims to contain. */
const MISSING_RECORDS = 7;
/** A pointer to the name in the question (RFC 1035, 4.1.4). */
const SAME_NAME = 0xc00c;
const CLASS_IN = 1;

/** A DNS server over UDP on loopback (RFC 1035), for `dns.setServers([server.address])`. Names that it does not know are NXDOMAIN. */
export class DnsServer {
  /** The queries so far, such as `A orders.test`. */
  readonly questions: string[] = [];
  /** The delay of each response, in milliseconds. */
  delayMs = 0;
  private readonly replies = new Map<string, DnsReply>();

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      const answer = this.answer(query);
      if (!answer) return;
      if (this.delayMs) setTimeout(() => socket.send(answer, port, address), this.delayMs).unref();
      else socket.send(answer, port, address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** Its address for `dns.setServers`. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Sets the response for a name. @param types restricts it to queries of these types */
  set(name: string, reply: DnsReply, types: readonly (keyof typeof TYPES)[] = ['A', 'AAAA', 'SRV']): void {
    for (const type of types) this.replies.set(`${type} ${name}`, reply);
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  private answer(query: Buffer): Buffer | undefined {
    const { name, end } = nameAt(query, HEADER_BYTES);
    const type = query.readUInt16BE(end);
    const [typeName] = Object.entries(TYPES).find(([, code]) => code === type) ?? [String(type)];
    const key = `${typeName} ${name.toLowerCase()}`;
    this.questions.push(key);
    const reply = this.replies.get(key) ?? 'NXDOMAIN';
    if (reply === 'SILENT') return undefined;
    const records = typeof reply === 'string' ? [] : reply.filter((record) => typeOf(record) === type);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(RESPONSE_FLAGS | flagsOf(reply), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(reply === 'MALFORMED' ? MISSING_RECORDS : records.length, 6);
    return Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...records.map(written)]);
  }
}

function flagsOf(reply: DnsReply): number {
  if (reply === 'TRUNCATED') return TRUNCATED_FLAG;
  return reply === 'NXDOMAIN' || reply === 'SERVFAIL' ? RCODES[reply] : RCODES.NOERROR;
}

/** @returns the name, and the offset of its end */
function nameAt(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at]!; length; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

const typeOf = (record: DnsRecord): number =>
  'target' in record ? TYPES.SRV : isIPv6(record.address) ? TYPES.AAAA : TYPES.A;

function written(record: DnsRecord): Buffer {
  const data = 'target' in record ? service(record) : ip(record.address);
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt16BE(SAME_NAME, 0);
  head.writeUInt16BE(typeOf(record), 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(record.ttl ?? 1, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function service({ target, port, priority = 0, weight = 0 }: Extract<DnsRecord, { target: string }>): Buffer {
  const head = Buffer.alloc(6);
  for (const [i, number] of [priority, weight, port].entries()) head.writeUInt16BE(number, i * 2);
  const labels = target.split('.').filter(Boolean);
  const name = labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]));
  return Buffer.concat([head, ...name, Buffer.alloc(1)]);
}

/** The bytes of an IP address. */
function ip(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [before = [], after = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
