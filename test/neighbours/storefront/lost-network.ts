import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the gateway that can be lost: nothing arrives any more, and nobody answers. */
export class LostNetwork {
  private readonly sockets = new Set<Socket>();
  private isLost = false;
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

  /** Breaks all connections, and refuses new ones. */
  lose(): void {
    this.isLost = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  find(): void {
    this.isLost = false;
  }

  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await once(this.server, 'close');
  }

  private join(client: Socket): void {
    if (this.isLost) return void client.resetAndDestroy();
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
    client.pipe(upstream).pipe(client);
  }
}
