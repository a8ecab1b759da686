import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const BAD_GATEWAY = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
const STREAM = /^GET (\/v1\/[^ ?]*events)\??(\S*) HTTP/;

/** A stream that a browser has requested, as the gateway sees it. */
export interface RequestedStream {
  path: string;
  /** After which event it goes on. */
  after: string | undefined;
  /** The ids of its events. */
  ids: string[];
}

/** A way to the gateway that can be lost: nothing arrives any more, and nobody answers. */
export class LostNetwork {
  /** The streams that have been requested over HTTP/1.1. They are not compressed. */
  readonly streams: RequestedStream[] = [];
  private readonly refusals = new EventEmitter();
  private readonly sockets = new Set<Socket>();
  private state: 'there' | 'lost' | 'bad gateway' = 'there';
  private readonly server = createServer((client) => this.join(client));

  private constructor(private readonly port: number) {}

  /** @param port of the gateway */
  static async open(port: number): Promise<LostNetwork> {
    const network = new LostNetwork(port);
    network.server.listen(0, '127.0.0.1');
    await once(network.server, 'listening');
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks all connections, and refuses new ones, or answers 502 there, as a proxy does whose gateway is away. */
  lose(state: 'lost' | 'bad gateway' = 'lost'): void {
    this.state = state;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Resolves once a stream has been answered 502. */
  get refusesStream(): Promise<unknown> {
    return once(this.refusals, 'stream');
  }

  find(): void {
    this.state = 'there';
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.state === 'lost') return void client.resetAndDestroy();
    if (this.state === 'bad gateway') return this.refuse(client);
    const upstream = connect(this.port, '127.0.0.1');
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    this.watch(client, upstream);
    client.pipe(upstream).pipe(client);
  }

  private refuse(client: Socket): void {
    client.on('error', () => {});
    client.once('data', (bytes: Buffer) => {
      client.end(BAD_GATEWAY);
      if (STREAM.test(String(bytes))) this.refusals.emit('stream');
    });
  }

  private watch(client: Socket, upstream: Socket): void {
    let stream: RequestedStream | undefined;
    client.on('data', (bytes: Buffer) => {
      const request = String(bytes);
      const [, path, query] = STREAM.exec(request) ?? [];
      if (path === undefined) return;
      const after =
        /^last-event-id: *(.*?)\r$/im.exec(request)?.[1] ??
        new URLSearchParams(query).get('lastEventId') ??
        undefined;
      this.streams.push((stream = { path, after, ids: [] }));
    });
    upstream.on('data', (bytes: Buffer) => {
      stream?.ids.push(...[...String(bytes).matchAll(/^id: ?(.+)$/gm)].map(([, id]) => id!.trim()));
    });
  }
}
