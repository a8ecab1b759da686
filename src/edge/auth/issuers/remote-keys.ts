import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { algorithmOf, PublicKey } from '#gateway/edge/auth/keys/public-key';
import { request } from 'undici';
import { z } from 'zod';

/** An unknown key leads to one question in so long, in milliseconds, however many ask for it. */
const COOLDOWN_MS = 30_000;
/** Keys are asked for again in the background when they are this old, in milliseconds. */
const OLD_MS = 600_000;
/** A key that its issuer shows no more is taken for so long, in milliseconds: tokens that it signed are on their way. */
const RETIRED_MS = 900_000;
const TIMEOUT_MS = 3_000;
const MOST_BYTES = 262_144;
const MOST_KEYS = 100;

const keySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(MOST_KEYS) });

interface Known {
  key: PublicKey;
  /** When it was last shown. */
  seenAt: number;
}

/** The keys of an outside issuer (RFC 7517), asked for when they are needed, and kept while it is down. */
export class RemoteKeys {
  private known = new Map<string, Known>();
  private askedAt = -Infinity;
  private loadedAt = -Infinity;
  private asking: Promise<void> | undefined;

  /** @param now a clock that only goes forward, in milliseconds */
  constructor(
    private readonly url: () => string | Promise<string>,
    private readonly onFailure: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** The key with this id; undefined if the issuer has none, or cannot be asked. */
  withId(id: string): PublicKey | undefined | Promise<PublicKey | undefined> {
    const found = this.find(id);
    if (found) {
      if (this.now() - this.loadedAt > OLD_MS) void this.ask();
      return found;
    }
    return this.ask().then(() => this.find(id));
  }

  private find(id: string): PublicKey | undefined {
    const found = this.known.get(id);
    if (!found) return undefined;
    // An issuer that is down has retired nothing.
    return found.seenAt >= this.loadedAt || this.now() - found.seenAt < RETIRED_MS ? found.key : undefined;
  }

  private ask(): Promise<void> {
    if (this.asking) return this.asking;
    if (this.now() - this.askedAt < COOLDOWN_MS) return Promise.resolve();
    this.askedAt = this.now();
    this.asking = this.load()
      .catch(this.onFailure)
      .finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async load(): Promise<void> {
    const keys = keysIn(await jsonAt(await this.url()));
    const seenAt = this.now();
    for (const [id, { seenAt: last }] of this.known) if (seenAt - last > RETIRED_MS) this.known.delete(id);
    for (const [id, key] of keys) this.known.set(id, { key, seenAt });
    this.loadedAt = seenAt;
  }
}

/** Those keys of a set that we can use, by their ids. */
function keysIn(json: unknown): Map<string, PublicKey> {
  const usable = new Map<string, PublicKey>();
  for (const jwk of keySet.parse(json).keys) {
    const { kid, use, alg } = jwk;
    if (typeof kid !== 'string' || (use !== undefined && use !== 'sig')) continue;
    try {
      const key = createPublicKey({ key: jwk, format: 'jwk' } as JsonWebKeyInput);
      const algorithm = algorithmOf(key);
      if (algorithm && (alg === undefined || alg === algorithm)) usable.set(kid, new PublicKey(key));
    } catch {
      // A kind of key that we do not know.
    }
  }
  return usable;
}

/** What is at an address, read up to a limit. A redirect is not followed. @throws where it is no JSON */
async function jsonAt(url: string): Promise<unknown> {
  const { statusCode, body } = await request(url, {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error(`the keys are larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (statusCode !== 200) throw new Error(`the keys were answered with HTTP ${statusCode}`);
  return JSON.parse(Buffer.concat(chunks).toString());
}
