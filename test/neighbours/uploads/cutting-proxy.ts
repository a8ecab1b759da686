import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { seededRandom } from '#libs/testing';

/** What a proxy breaks off. */
export interface Cutting {
  seed: number;
  /** How many connections. */
  cuts: number;
  /** After how many bytes at least, and at most. */
  minBytes: number;
  maxBytes: number;
  /** Whether the bytes of answers are counted, and not those of requests. */
  isOfAnswers?: boolean;
}

/** How long a connection lives on that will be broken off, in milliseconds. */
const LIFE_MS = 40;

/** A proxy that breaks connections off after a random number of bytes, a given number of times. */
export class CuttingProxy {
  /** The number of broken connections. */
  cuts = 0;
  private readonly server = createServer((client) => this.join(client));
  private readonly random: () => number;
  private readonly clients = new Set<Socket>();

  private constructor(
    private readonly target: () => number,
    private readonly options: Cutting,
  ) {
    this.random = seededRandom(options.seed);
  }

  /** @param target the port behind it, which may change */
  static async open(target: () => number, options: Cutting): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target, options);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    // Browsers keep theirs.
    for (const client of this.clients) client.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    this.clients.add(client);
    client.once('close', () => this.clients.delete(client));
    const upstream = connect(this.target(), '127.0.0.1');
    const [from, to] = this.options.isOfAnswers ? [upstream, client] : [client, upstream];
    const { minBytes, maxBytes } = this.options;
    let left = minBytes + Math.floor(this.random() * (maxBytes - minBytes));
    let isCut = false;
    const end = () => {
      client.destroy();
      // What was sent arrives: a reset would discard it.
      if (!isCut) upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    to.pipe(from);
    from.on('data', (chunk: Buffer) => {
      if (isCut) return;
      if (this.cuts >= this.options.cuts || chunk.length <= left) {
        left -= chunk.length;
        return void to.write(chunk);
      }
      this.cuts += 1;
      isCut = true;
      from.pause();
      to.write(chunk.subarray(0, left));
      // A request whose client has left before its handler began is dropped, with its body.
      setTimeout(() => {
        upstream.end();
        client.destroy();
      }, LIFE_MS);
    });
  }
}
