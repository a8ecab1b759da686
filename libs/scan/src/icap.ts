import { exchange } from './exchange.ts';
import { CLEAN, found, type ScannedFile, Scanner, type ScanVerdict, tooLarge, unscanned } from './scanner.ts';

/** Where a service of an ICAP server is. */
export interface IcapService {
  host: string;
  port: number;
  service: string;
}

const REQUEST = 'GET /file HTTP/1.1\r\nHost: upload.invalid\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const END_OF_HEAD = '\r\n\r\n';
/** Headers that name what was found: those of most servers. */
const THREATS = [/^x-infection-found:.*threat=([^;\r\n]+)/im, /^x-virus-id:\s*([^\r\n]+)/im];
const NO_CHANGE = 204;
const CHANGED = 200;
const TOO_LARGE = 413;

/**
 * A service of an ICAP server, by RESPMOD (RFC 3507): the file is the body of a response. `204 No Content` is the only answer
 * that says that it is clean; whatever replaces the file says that it is not.
 */
export class IcapScanner extends Scanner {
  constructor(
    private readonly to: IcapService,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async scan(file: ScannedFile, signal?: AbortSignal): Promise<ScanVerdict> {
    const isWhole = (reply: string) => reply.includes(END_OF_HEAD);
    const { host, port } = this.to;
    const reply = await exchange({ host, port }, this.framesOf(file), {
      timeoutMs: this.timeoutMs,
      signal,
      isWhole,
    });
    const head = reply.slice(0, reply.indexOf(END_OF_HEAD));
    const status = Number(/^ICAP\/1\.\d (\d{3})/.exec(head)?.[1]);
    if (status === NO_CHANGE) return CLEAN;
    const threat = THREATS.map((header) => header.exec(head)?.[1]).find(Boolean);
    if (status === CHANGED) return found(threat ?? 'changed by the scanner');
    const cause = new Error(`the ICAP server replied: ${head.split('\r\n')[0]}`);
    throw status === TOO_LARGE ? tooLarge(cause) : unscanned(cause);
  }

  private async *framesOf(file: ScannedFile): AsyncGenerator<Uint8Array> {
    const { host, port, service } = this.to;
    const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const parts = `req-hdr=0, res-hdr=${REQUEST.length}, res-body=${REQUEST.length + RESPONSE.length}`;
    const head = [
      `RESPMOD icap://${at}/${service} ICAP/1.0`,
      `Host: ${at}`,
      'User-Agent: Atrium',
      'Allow: 204',
      'Connection: close',
      `Encapsulated: ${parts}`,
    ];
    yield Buffer.from(`${head.join('\r\n')}${END_OF_HEAD}${REQUEST}${RESPONSE}`);
    for await (const chunk of file) {
      if (!chunk.length) continue;
      yield Buffer.from(`${chunk.length.toString(16)}\r\n`);
      yield chunk;
      yield Buffer.from('\r\n');
    }
    yield Buffer.from('0\r\n\r\n');
  }
}
