import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

const PROTOCOLS = fileURLToPath(new URL('../protocols', import.meta.url));

/** A request that a receiver got, its body decoded. */
export interface ReceivedRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Answers a request; the default is what a receiver answers that takes everything. */
export type Respond = (request: ReceivedRequest, response: ServerResponse) => void;

/** An HTTP server that keeps what is posted to it. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  private readonly server = createServer((request, response) => void this.receive(request, response));
  private waiting: (() => void)[] = [];

  private constructor(public respond: Respond) {}

  /** Listens on a free port of this machine, or on a certain one. */
  static async open(respond: Respond, port = 0): Promise<Receiver> {
    const receiver = new Receiver(respond);
    receiver.server.listen(port, '127.0.0.1');
    await once(receiver.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves once there are requests for which `isEnough` holds. */
  async until(isEnough: (requests: readonly ReceivedRequest[]) => boolean): Promise<void> {
    while (!isEnough(this.requests)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await buffer(request).catch(() => undefined);
    if (!sent) return;
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const received = { path: request.url!, headers: request.headers, body };
    this.requests.push(received);
    this.respond(received, response);
    for (const wake of this.waiting.splice(0)) wake();
  }
}

/** Reads a message of an OTLP service by its published schema (opentelemetry-proto). @param signal `logs` or `metrics` */
export function otlpReader(signal: 'logs' | 'metrics'): (body: Buffer) => object {
  const name = signal === 'logs' ? 'LogsService' : 'MetricsService';
  const types = loadSync(`opentelemetry/proto/collector/${signal}/v1/${signal}_service.proto`, {
    includeDirs: [PROTOCOLS],
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const service = types[`opentelemetry.proto.collector.${signal}.v1.${name}`] as ServiceDefinition;
  return (service['Export'] as MethodDefinition<object, object>).requestDeserialize;
}
