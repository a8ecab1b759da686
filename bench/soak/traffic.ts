import { createPrivateKey, randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { loadConfig } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { AccessTokens } from '#gateway/identity/tokens/access-tokens';
import { JwtService } from '@nestjs/jwt';
import sharp from 'sharp';
import { Pool } from 'undici';
import { HOME_DOCUMENT } from '#bench/servers';
import type { Outcomes } from './outcomes.ts';

const CALLERS = 400;
/** Every so many callers there is an operator. */
export const OPERATORS = 10;
const TOKEN_MS = 300_000;
const UPLOAD_MS = 30_000;
const EXPORT_MS = 60_000;
const ADA = { email: 'ada@example.com', password: 'analytical-engine' };

type Headers = Record<string, string>;

/** A steady load of what clients of a shop do: an open loop, so that a stalled gateway gets no fewer requests. */
export class Traffic {
  private readonly pool: Pool;
  private readonly tokens: AccessTokens;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private readonly known = new Map<number, { headers: Headers; until: number }>();
  private sent = 0;
  private photos: Buffer[] = [];

  constructor(
    private readonly url: string,
    jwtPrivateKey: string,
    private readonly outcomes: Outcomes,
  ) {
    this.pool = new Pool(url, { connections: 32, pipelining: 1 });
    const keys = new KeySet(new SigningKey(createPrivateKey(jwtPrivateKey)));
    this.tokens = new AccessTokens(new JwtService(), keys, loadConfig({}));
  }

  async start(perSecond: number): Promise<void> {
    this.photos = await Promise.all([1, 2, 3].map((n) => aPhoto(n)));
    this.every(1_000 / perSecond, () => this.request());
    this.every(UPLOAD_MS, () => this.upload());
    this.every(EXPORT_MS, () => this.exports());
  }

  async stop(): Promise<void> {
    this.timers.forEach(clearInterval);
    await Promise.race([Promise.all(this.underWay), passed(5_000)]);
    await this.pool.destroy();
  }

  /** The header of a caller; the token is a new one every five minutes, as clients have it. Every tenth is an operator. */
  as(n: number): Headers {
    const known = this.known.get(n);
    if (known && known.until > Date.now()) return known.headers;
    const claims = { userId: `u${n + 3}`, sessionId: `s${n}`, authTime: Math.floor(Date.now() / 1_000) };
    const scopes = ['profile:read', 'profile:write', 'orders:read', 'orders:write', 'reviews:write'];
    if (n % OPERATORS === 0) scopes.push('admin');
    const headers = { authorization: `Bearer ${this.tokens.issue({ ...claims, scopes })}` };
    this.known.set(n, { headers, until: Date.now() + TOKEN_MS });
    return headers;
  }

  private every(ms: number, what: () => Promise<void>): void {
    const run = () => {
      const pending: Promise<void> = what().finally(() => this.underWay.delete(pending));
      this.underWay.add(pending);
    };
    this.timers.push(setInterval(run, ms));
  }

  /** One of the ordinary requests, in the shares of this list. */
  private async request(): Promise<void> {
    this.sent += 1;
    const caller = this.as(this.sent % CALLERS);
    const product = `p${1 + ((this.sent * 7) % 60)}`;
    const graphql = (body: object) => this.send('graphql', 'POST', '/graphql', caller, body);
    const kinds = [
      () => this.send('home', 'GET', '/v1/home', caller),
      () => graphql({ documentId: 'web/home' }),
      () => graphql({ query: HOME_DOCUMENT.replace(/^query \w+/m, 'query Mine') }),
      () => this.send('product', 'GET', `/v1/products/${product}`, {}),
      () => this.send('product', 'GET', `/v1/views/web/product?id=${product}`, {}),
      () => this.send('products', 'GET', `/v1/products?search=${randomUUID().slice(0, 2)}`, {}),
      () => this.send('orders', 'GET', '/v1/orders?first=20', caller),
      () => this.send('best sellers', 'GET', '/v1/products/best-sellers', {}),
      () => this.send('not found', 'GET', `/v1/nowhere/${randomUUID()}`, {}),
      // A document that nobody has sent before, as generated clients do.
      () => graphql({ query: `query Once { home { user { name } } a${this.sent}: __typename }` }),
      () => (this.sent % 2 ? this.login() : this.order(caller, product)),
    ];
    await kinds[this.sent % kinds.length]!();
  }

  private async login(): Promise<void> {
    const { json } = await this.send('login', 'POST', '/v1/auth/login', {}, ADA);
    const { accessToken, refreshToken } = (json ?? {}) as { accessToken?: string; refreshToken?: string };
    if (!accessToken) return;
    const { json: renewed } = await this.send('login', 'POST', '/v1/auth/refresh', {}, { refreshToken });
    // Half of the clients never log out.
    if (this.sent % 4 === 1) return;
    const { refreshToken: newest } = (renewed ?? {}) as { refreshToken?: string };
    await this.send('login', 'POST', '/v1/auth/logout', {}, { refreshToken: newest });
  }

  private async order(caller: Headers, productId: string): Promise<void> {
    const key = { 'idempotency-key': `"${randomUUID()}"` };
    const lines = [{ productId, quantity: 1 }];
    const placed = await this.send('order', 'POST', '/v1/orders', { ...caller, ...key }, { lines });
    const id = (placed.json as { id?: string } | undefined)?.id;
    if (!id) return;
    await this.send('order', 'GET', `/v1/orders/${id}`, caller);
    if (this.sent % 4 === 0) await this.send('order', 'POST', `/v1/orders/${id}/cancel`, caller);
  }

  /** A photo of a megabyte, in one request or resumable; then it becomes the picture of the caller, in three sizes. */
  private async upload(): Promise<void> {
    const caller = this.as(Math.floor(Math.random() * CALLERS));
    const photo = this.photos[this.sent % this.photos.length]!;
    const uploadId = this.sent % 2 ? await this.uploadWhole(caller, photo) : await this.uploadByTus(caller, photo);
    if (!uploadId) return;
    const { json } = await this.send('avatar', 'PUT', '/v1/me/avatar', caller, { uploadId });
    for (const path of Object.values((json ?? {}) as Record<string, unknown>))
      if (typeof path === 'string' && path.startsWith('/v1/avatars/')) await this.send('avatar', 'GET', path, {});
  }

  private async uploadWhole(caller: Headers, photo: Buffer): Promise<string | undefined> {
    const headers = { ...caller, 'content-type': 'image/jpeg' };
    const { headers: answered } = await this.send('upload', 'POST', '/v1/uploads', headers, photo);
    return idIn(answered['location']);
  }

  private async uploadByTus(caller: Headers, photo: Buffer): Promise<string | undefined> {
    const tus = { ...caller, 'tus-resumable': '1.0.0' };
    const metadata = `filetype ${Buffer.from('image/jpeg').toString('base64')}`;
    const creation = { ...tus, 'upload-length': `${photo.length}`, 'upload-metadata': metadata };
    const { headers } = await this.send('upload', 'POST', '/v1/uploads/tus', creation);
    const location = headers['location'];
    if (typeof location !== 'string') return undefined;
    const { pathname } = new URL(location, this.url);
    const half = photo.length >> 1;
    for (const [offset, part] of [
      [0, photo.subarray(0, half)],
      [half, photo.subarray(half)],
    ] as const) {
      const bytes = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': `${offset}` };
      await this.send('upload', 'PATCH', pathname, bytes, part);
    }
    return idIn(location);
  }

  /** An export in the answer, and one by a job, whose file is downloaded. */
  private async exports(): Promise<void> {
    const caller = this.as(Math.floor(Math.random() * CALLERS));
    await this.send('export', 'GET', '/v1/orders/export', { ...caller, accept: 'application/x-ndjson' });
    const requested = await this.send('export', 'POST', '/v1/orders/exports', caller, { format: 'CSV' });
    const id = (requested.json as { id?: string } | undefined)?.id;
    for (let turn = 0; id && turn < 20; turn += 1) {
      await passed(500);
      const { json } = await this.send('job', 'GET', `/v1/jobs/${id}`, caller);
      const job = json as { isEnded?: boolean; result?: { url?: string } } | undefined;
      if (!job?.isEnded) continue;
      const link = job.result?.url;
      if (link) await this.send('file', 'GET', new URL(link, this.url).pathname, {});
      return;
    }
  }

  private async send(
    kind: string,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    given: Headers,
    body?: object,
  ) {
    const isBytes = body instanceof Buffer;
    const headers = body && !isBytes ? { ...given, 'content-type': 'application/json' } : given;
    try {
      const sent = body && !isBytes ? JSON.stringify(body) : (body as Buffer | undefined);
      const response = await this.pool.request({ path, method, headers, body: sent });
      const text = await response.body.text();
      const isJson = String(response.headers['content-type']).includes('json') && text.startsWith('{');
      const json = isJson && !text.includes('\n{') ? (JSON.parse(text) as object) : undefined;
      this.outcomes.note(kind, response.statusCode, json);
      return { headers: response.headers, json };
    } catch (error) {
      this.outcomes.note(kind, 0, { code: (error as NodeJS.ErrnoException).code ?? String(error) });
      return { headers: {} as Record<string, string | string[] | undefined>, json: undefined };
    }
  }
}

const idIn = (location: string | string[] | undefined) =>
  typeof location === 'string' ? location.slice(location.lastIndexOf('/') + 1) : undefined;

/** A photo of about a megabyte; noise does not compress. */
function aPhoto(n: number): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 100 + 20 * n, sigma: 30 } as const;
  return sharp({ create: { width: 1_600, height: 1_200, channels: 3, noise, background: 'gray' } })
    .jpeg({ quality: 82 })
    .toBuffer();
}
