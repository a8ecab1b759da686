import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';

/** A request as it reached a gateway. */
export interface Arrival {
  method: string;
  url: string;
  httpVersion: string;
  headers: IncomingHttpHeaders;
}

/** All requests that reach a gateway of this process, as Node's servers announce them. */
export class Arrivals {
  private readonly all: Arrival[] = [];

  /** @param port the one that the gateway listens on */
  constructor(private readonly port: number) {
    subscribe('http.server.request.start', this.onRequest);
    subscribe('http2.server.stream.start', this.onStream);
  }

  /** Those for a path with its query, as they came. */
  of(url: string): Arrival[] {
    return this.all.filter((arrival) => arrival.url === url);
  }

  /** Those for a path with any query. */
  below(path: string): Arrival[] {
    return this.all.filter(({ url }) => url.split('?')[0] === path);
  }

  close(): void {
    unsubscribe('http.server.request.start', this.onRequest);
    unsubscribe('http2.server.stream.start', this.onStream);
  }

  private readonly onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const { method, url, httpVersion, headers } = request;
    if (request.socket.localPort === this.port)
      this.all.push({ method: method!, url: url!, httpVersion, headers: { ...headers } });
  };

  private readonly onStream = (message: unknown) => {
    const { stream, headers } = message as { stream: ServerHttp2Stream; headers: IncomingHttpHeaders };
    if (stream.session?.socket.localPort !== this.port) return;
    const { ':method': method, ':path': url } = headers as Record<string, string>;
    this.all.push({ method: method!, url: url!, httpVersion: '2.0', headers });
  };
}
