import { connect, type Socket } from 'node:net';

/** A client of server-sent events that costs next to nothing itself. */
export class StreamClient {
  isOpen = false;
  private hear = () => {};

  private constructor(private readonly socket: Socket) {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (data.includes('event: broadcast')) this.hear();
    });
  }

  /** Resolves when it is answered, or refused. */
  static open(url: string, headers: Record<string, string>): Promise<StreamClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const client = new StreamClient(socket);
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /v1/events/system HTTP/1.1\r\nHost: ${hostname}\r\n${head.join('')}\r\n`);
    return new Promise((resolve) => {
      socket.once('data', (data) => {
        client.isOpen = data.toString().startsWith('HTTP/1.1 200');
        resolve(client);
      });
      socket.once('close', () => resolve(client));
    });
  }

  /** Resolves when the next broadcast is heard. */
  heard(): Promise<void> {
    return new Promise((resolve) => (this.hear = resolve));
  }

  close(): void {
    this.socket.destroy();
  }
}
