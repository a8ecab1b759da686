import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { once } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { orders as wire } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import { Access } from '#test/support/access';
import { certificateFiles } from '#test/support/certificate';
import { LyingShop } from '#test/support/lying-shop';

/** The headers of a request for each format. */
export const NDJSON = { accept: 'application/x-ndjson' };
export const CSV = { accept: 'text/csv' };
export const JSON_ARRAY = { accept: 'application/json' };

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

/** A request over HTTP/1.1; by default the GET of an export. */
export interface ExportRequest {
  path?: string;
  method?: string;
  body?: object;
  /** Is called with the first bytes of the answer. */
  onData?: () => void;
}

/** An answer over HTTP/1.1, as far as it came. */
export interface Received {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  /** Whether it ended as the protocol demands. */
  isWhole: boolean;
}

/** Three orders in two batches. */
export const threeOrders = (upstream: UpstreamExport) => {
  upstream.send(aWireOrder(3));
  upstream.send(aWireOrder(2), aWireOrder(1));
  upstream.end();
};

/** The lines of an answer. */
export const lines = ({ bytes }: Received) => String(bytes).trimEnd().split(/\r?\n/);
/** The records of an answer in NDJSON. */
export const records = (received: Received) =>
  lines(received).map((line) => JSON.parse(line) as Record<string, unknown>);
/** The problem details of a refusal. */
export const problem = ({ bytes }: Received) =>
  JSON.parse(String(bytes)) as { code: string; errors?: { field: string }[] };

/** A gateway with a certificate, and an orders service whose exports tests write by hand. */
export class ExportShop {
  readonly access = new Access();
  readonly log = new LogLines();
  readonly certificate = certificateFiles();
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-exports-'));
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
    // Failures of one test are none of the next.
    const policies = join(shop.folder, 'upstreams.json');
    writeFileSync(policies, JSON.stringify({ orders: { breaker: { mode: 'off' }, retry: { maxTries: 1 } } }));
    const config = loadConfig({
      UPSTREAMS_FILE: policies,
      PORT: '0',
      ADMIN_PORT: '0',
      CACHE: 'off',
      RATE_LIMIT: 'off',
      JWT_PRIVATE_KEY: shop.access.privateKey,
      JOBS_FILE: join(shop.folder, 'jobs.sqlite'),
      STORAGE_URL: `file:${join(shop.folder, 'files')}`,
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
    { path = '/v1/orders/export', method = 'GET', body }: ExportRequest = {},
  ): Promise<IncomingMessage> {
    const { port } = new URL(this.gateway.url);
    const pending = request({
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path,
      method,
      agent: false,
      ca: this.certificate.authority,
      headers: {
        host: `localhost:${port}`,
        ...this.access.of('u1'),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    pending.end(body && JSON.stringify(body));
    this.last = pending;
    const [response] = (await once(pending, 'response')) as [IncomingMessage];
    return response;
  }

  /** Closes the connection of the last request over HTTP/1.1. */
  leave(): void {
    this.last!.destroy();
  }

  /** Sends a request over HTTP/1.1, and reads as much as there is: perhaps not even a status. */
  async get(
    headers: Record<string, string>,
    { onData = () => {}, ...request }: ExportRequest = {},
  ): Promise<Received> {
    const response = await this.begin(headers, request).catch(() => undefined);
    if (!response) return { status: 0, headers: {}, bytes: Buffer.alloc(0), isWhole: false };
    const chunks: Buffer[] = [];
    response
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('data', onData)
      .on('error', () => {});
    await new Promise((resolve) => response.once('close', resolve));
    const { statusCode: status = 0, headers: received, complete: isWhole } = response;
    return { status, headers: received, bytes: Buffer.concat(chunks), isWhole };
  }

  /** Sends a request over HTTP/2. @param onData is called with the first bytes @returns the code of its RST_STREAM; 0 for none */
  async resetCode(headers: Record<string, string>, onData = () => {}): Promise<number> {
    const { port } = new URL(this.gateway.url);
    const session = connect(`https://localhost:${port}`, { ca: this.certificate.authority, host: '127.0.0.1' });
    this.sessions.push(session.on('error', () => {}));
    const stream = session.request({ ':path': '/v1/orders/export', ...this.access.of('u1'), ...headers });
    stream.on('error', () => {}).once('data', onData);
    await new Promise((resolve) => stream.once('close', resolve));
    return stream.rstCode ?? 0;
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.destroy();
    await this.gateway?.stop();
    await this.upstreams.close();
    this.certificate.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
