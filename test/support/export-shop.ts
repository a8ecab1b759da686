import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { request } from 'node:https';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { orders as wire } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { LyingShop } from '#test/support/lying-shop';

/** An order of `u1` as the upstream sends it. */
export const aWireOrder = (n: number): wire.Order => ({
  id: `o${n}`,
  userId: 'u1',
  status: wire.OrderStatus.DELIVERED,
  total: { amountMinor: 100 * n, currency: 'USD' },
  placedAt: new Date('2026-01-02T03:04:05Z'),
  lines: [{ productId: 'p1', name: '=Lamp', quantity: 1, unitPrice: { amountMinor: 100 * n, currency: 'USD' } }],
  reservationId: '',
});

/** An export that the upstream has begun to answer. */
export class UpstreamExport {
  constructor(readonly stream: ServerHttp2Stream) {}

  /** Sends a batch of orders. */
  send(...orders: wire.Order[]): void {
    if (!this.stream.headersSent) {
      this.stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
      this.stream.on('wantTrailers', () => this.stream.sendTrailers({ 'grpc-status': '0' }));
    }
    const message = wire.ExportOrdersResponse.encode({ orders }).finish();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    this.stream.write(Buffer.concat([prefix, message]));
  }

  /** Ends it successfully. */
  end(): void {
    this.stream.end();
  }

  /** Ends it as a killed process does. */
  kill(): void {
    this.stream.session!.destroy();
  }
}

/** An answer over HTTP/1.1, as far as it came. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Whether it ended as the protocol demands. */
  isWhole: boolean;
}

/** A gateway with a certificate, and an orders service whose exports tests write by hand. */
export class ExportShop {
  readonly access = new Access();
  readonly log = new LogLines();
  readonly certificate = certificateFiles();
  gateway!: RunningGateway;
  /** What an export is answered with. */
  answer: (upstream: UpstreamExport) => void = (upstream) => upstream.end();
  private last: ClientRequest | undefined;
  private readonly sessions: ClientHttp2Session[] = [];

  private constructor(readonly upstreams: LyingShop) {}

  static async open(environment: NodeJS.ProcessEnv = {}): Promise<ExportShop> {
    const shop = new ExportShop(await LyingShop.open());
    shop.upstreams.orders.answerWith((stream) => shop.answer(new UpstreamExport(stream)), {
      methods: ['ExportOrders'],
    });
    const config = loadConfig({
      ...{ PORT: '0', ADMIN_PORT: '0', CACHE: 'off', RATE_LIMIT: 'off' },
      JWT_PRIVATE_KEY: shop.access.privateKey,
      ...shop.certificate.files,
      ...shop.upstreams.urls,
      ...environment,
    });
    shop.gateway = await startGateway(config, createLogger('gateway', 'info', shop.log));
    return shop;
  }

  /** Sends a request over HTTP/1.1. */
  async begin(
    headers: Record<string, string>,
    path = '/v1/orders/export',
    method = 'GET',
  ): Promise<IncomingMessage> {
    const { port } = new URL(this.gateway.url);
    const pending = request({
      ...{ host: '127.0.0.1', servername: 'localhost', port, path, method, agent: false },
      ca: this.certificate.authority,
      headers: { host: `localhost:${port}`, ...this.access.of('u1'), ...headers },
    });
    pending.end();
    this.last = pending;
    const [response] = (await once(pending, 'response')) as [IncomingMessage];
    return response;
  }

  /** Closes the connection of the last request over HTTP/1.1. */
  leave(): void {
    this.last!.destroy();
  }

  /** Sends a request over HTTP/1.1, and reads as much as there is: perhaps not even a status. */
  async get(headers: Record<string, string>, path?: string, method?: string): Promise<Received> {
    const response = await this.begin(headers, path, method).catch(() => undefined);
    if (!response) return { status: 0, headers: {}, bytes: Buffer.alloc(0), isWhole: false };
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
    await new Promise((resolve) => response.once('close', resolve));
    const { statusCode: status = 0, headers: received, complete: isWhole } = response;
    return { status, headers: received, bytes: Buffer.concat(chunks), isWhole };
  }

  /** Sends a request over HTTP/2. @returns the code of its RST_STREAM; 0 for none */
  async resetCode(headers: Record<string, string>): Promise<number> {
    const { port } = new URL(this.gateway.url);
    const session = connect(`https://localhost:${port}`, { ca: this.certificate.authority, host: '127.0.0.1' });
    this.sessions.push(session.on('error', () => {}));
    const stream = session.request({ ':path': '/v1/orders/export', ...this.access.of('u1'), ...headers });
    stream.on('error', () => {}).resume();
    await new Promise((resolve) => stream.once('close', resolve));
    return stream.rstCode ?? 0;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await this.gateway?.stop();
    await this.upstreams.close();
    this.certificate.remove();
  }
}
