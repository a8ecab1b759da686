import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * A link with a round trip of so many milliseconds: each byte is under way for half of it, in both directions, and a new
 * connection takes one more, as the handshake of TCP does.
 */
export class SlowLink {
  /** The bytes that browsers were sent. */
  bytes = 0;
  /** The connections that browsers opened. */
  connections = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async open(target: number, roundTripMs: number): Promise<SlowLink> {
    const server = createServer({ noDelay: true });
    const link = new SlowLink(server);
    server.on('connection', (client) => {
      link.connections += 1;
      const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
      const openAt = performance.now() + roundTripMs;
      for (const socket of [client, upstream]) {
        link.sockets.add(socket);
        socket.on('error', () => {
          client.destroy();
          upstream.destroy();
        });
        socket.on('close', () => link.sockets.delete(socket));
      }
      client.pipe(delayed(roundTripMs / 2, openAt)).pipe(upstream);
      upstream.on('data', (chunk: Buffer) => (link.bytes += chunk.length));
      upstream.pipe(delayed(roundTripMs / 2)).pipe(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }
}

/** Passes each chunk on after a time; none before `openAt`. Several are under way at once. */
function delayed(ms: number, openAt = 0): Transform {
  let last: Promise<unknown> = Promise.resolve();
  return new Transform({
    highWaterMark: 1_048_576,
    transform(chunk, _, done) {
      const dueAt = Math.max(performance.now(), openAt) + ms;
      last = last
        .then(() => new Promise((resolve) => void setTimeout(resolve, Math.max(0, dueAt - performance.now()))))
        .then(() => this.push(chunk));
      done();
    },
    flush: (done) => void last.then(() => done()),
  });
}
