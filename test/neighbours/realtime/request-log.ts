import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client asked for, and how it was answered; 0 where its connection was refused. */
export interface LoggedRequest {
  status: number;
  lastEventId: string | undefined;
}

/** Passes requests on to a gateway, and records them. While the gateway is away, connections are broken off. */
export class RequestLog {
  readonly requests: LoggedRequest[] = [];

  private constructor(private readonly server: Server) {}

  static async open(to: string): Promise<RequestLog> {
    const server = createServer((incoming, answer) => {
      const { headers, method, url } = incoming;
      const logged = { status: 0, lastEventId: (headers['last-event-id'] as string | undefined) || undefined };
      log.requests.push(logged);
      const outgoing = request(new URL(url!, to), { method: method!, headers, agent: false }, (response) => {
        logged.status = response.statusCode!;
        answer.writeHead(logged.status, response.headers);
        answer.flushHeaders();
        response.on('error', () => answer.destroy()).pipe(answer);
      });
      outgoing.on('error', () => answer.destroy());
      answer.on('close', () => outgoing.destroy());
      outgoing.end();
    });
    const log = new RequestLog(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return log;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many requests were answered with a status. */
  answered(status: number): number {
    return this.requests.filter((one) => one.status === status).length;
  }

  close(): void {
    this.server.close().closeAllConnections();
  }
}
