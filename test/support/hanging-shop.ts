import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { orders as wire } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { LogLines, type LyingGrpc, LyingHttp, type TakenCall } from '#libs/testing';
import { Access } from '#test/support/access';
import { LyingShop } from '#test/support/lying-shop';

/** Without timeouts, so that only the test ends calls. */
const NEVER_MS = 600_000;
const NO_TIMEOUTS = { timeoutMs: NEVER_MS, breaker: { mode: 'off' }, hedge: { mode: 'off' } };
const UPSTREAMS = ['users', 'orders', 'products', 'assistant'] as const;

/** The upstreams, over gRPC or HTTP. */
export type UpstreamName = (typeof UPSTREAMS)[number];

/** Streams the first move of an order, and then nothing. */
function watched(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  const move = { sequence: 1, orderId: 'o1', status: wire.OrderStatus.PLACED, occurredAt: new Date() };
  const message = Buffer.from(wire.WatchOrderResponse.encode(move).finish());
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' });
  stream.write(Buffer.concat([prefix, message]));
}

/** Streams the beginning of an answer of the assistant, and then nothing. */
function begun(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Well' } }] })}\n\n`);
}

/** A gateway whose upstreams hold back selected responses and record cancelled calls. */
export class HangingShop {
  readonly access = new Access();
  readonly log = new LogLines();
  gateway!: RunningGateway;
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-hanging-'));
  private readonly seen = new Set<TakenCall>();
  private readonly kept = new Map<string, (() => void)[]>();

  private constructor(
    private readonly upstreams: LyingShop,
    private readonly assistant: LyingHttp,
  ) {}

  /**
   * @param environment settings of the gateway
   * @param settings settings of its upstreams, beside the disabled timeouts
   */
  static async open(environment: NodeJS.ProcessEnv = {}, settings: object = {}): Promise<HangingShop> {
    const shop = new HangingShop(await LyingShop.open(), await LyingHttp.open({}));
    const policies = join(shop.folder, 'upstreams.json');
    const each = UPSTREAMS.map((name) => [name, { ...NO_TIMEOUTS, ...settings }]);
    writeFileSync(policies, JSON.stringify(Object.fromEntries(each)));
    shop.listen();
    const config = loadConfig({
      PORT: '0',
      ADMIN_PORT: '0',
      CACHE: 'off',
      RATE_LIMIT: 'off',
      // A busy machine is no reason to refuse what a test waits for.
      SHEDDING: 'off',
      REQUEST_TIMEOUT_MS: `${NEVER_MS}`,
      JWT_PRIVATE_KEY: shop.access.privateKey,
      UPSTREAMS_FILE: policies,
      ASSISTANT_URL: `http://${shop.assistant.address}`,
      ...shop.upstreams.urls,
      ...environment,
    });
    shop.gateway = await startGateway(config, createLogger('gateway', 'info', shop.log));
    return shop;
  }

  /** Holds back every call of these methods from now on; `next` ignores earlier ones. */
  keep(...methods: string[]): void {
    for (const name of UPSTREAMS) for (const call of this.taken(name)) this.seen.add(call);
    for (const method of methods) this.kept.set(method, []);
  }

  /** Answers the pending and future calls of a method. */
  release(method: string): void {
    const waiting = this.kept.get(method) ?? [];
    this.kept.delete(method);
    for (const answer of waiting) answer();
  }

  /** Answers all pending and future calls. */
  releaseAll(): void {
    for (const method of Array.from(this.kept.keys())) this.release(method);
  }

  /** All calls that an upstream has received. */
  taken(name: UpstreamName): readonly TakenCall[] {
    return this.of(name).taken;
  }

  /** Resolves to the next call of a method, each once. */
  async next(name: UpstreamName, method: string): Promise<TakenCall> {
    const call = await this.of(name).first((one) => one.method === method && !this.seen.has(one));
    this.seen.add(call);
    return call;
  }

  /** Resolves once an upstream has seen the cancellation of a call. */
  async cancelled(name: UpstreamName, call: TakenCall): Promise<void> {
    await this.of(name).first((one) => one === call && one.isCancelled);
  }

  async close(): Promise<void> {
    this.releaseAll();
    await this.gateway?.stop();
    await Promise.all([this.upstreams.close(), this.assistant.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private of(name: UpstreamName): LyingGrpc | LyingHttp {
    return name === 'assistant' ? this.assistant : this.upstreams[name];
  }

  private listen(): void {
    const keeps = (method: string, answer: () => void) => this.kept.get(method)?.push(answer) !== undefined;
    for (const name of ['orders', 'products'] as const) {
      this.upstreams[name].answerWith((stream, { method }, truth) => {
        const answer = method === 'WatchOrder' ? () => watched(stream) : truth;
        if (!keeps(method, answer)) answer();
      });
    }
    for (const upstream of [this.upstreams.users, this.assistant]) {
      upstream.answerWith((response, { method }, truth) => {
        const answer = upstream === this.assistant ? () => begun(response) : truth;
        if (!keeps(method, answer)) answer();
      });
    }
  }
}
