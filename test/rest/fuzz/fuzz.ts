import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { unhurried } from '#test/support/unhurried';
import { answerTo, faultsOf, type FuzzedAnswer } from './answers.ts';
import { type Caller, type FuzzedRequest, Requests } from './requests.ts';

/** Users with orders, who may delete their accounts. */
const CUSTOMERS = 90;
const ADMIN = 'profile:read profile:write orders:read orders:write reviews:write admin';

/** What random requests have shown. */
export interface Findings {
  /** Requests with an answer that is wrong. */
  wrong: { faults: string[]; request: FuzzedRequest; answer: FuzzedAnswer }[];
  /** Operations that succeeded at least once. */
  reached: ReadonlySet<string>;
  /** Error lines of the gateway's log. */
  logged: readonly object[];
}

/** Sends random requests of a seed to a shop of its own, one after the other. @param note is called after each */
export async function fuzz(
  seed: number,
  requests: number,
  note: (sent: number) => void = () => {},
): Promise<Findings> {
  const access = new Access();
  const folder = mkdtempSync(join(tmpdir(), 'atrium-fuzz-'));
  const shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey, ...unhurried(folder) });
  try {
    const generated = new Requests(seed);
    const wrong: Findings['wrong'] = [];
    const reached = new Set<string>();
    for (let sent = 1; sent <= requests; sent += 1) {
      const request = generated.next();
      const headers = { accept: '*/*', ...headersOf(request.caller, access, sent), ...request.headers };
      const answer = await answerTo(shop.gateway.url, { ...request, headers });
      note(sent);
      if (!answer) continue;
      if (answer.status < 300) reached.add(request.operation.id);
      const faults = faultsOf(request, answer);
      if (faults.length) wrong.push({ faults, request, answer });
    }
    return { wrong, reached, logged: shop.logs.gateway.with({ level: 'error' }) };
  } finally {
    await shop.close();
    rmSync(folder, { recursive: true });
  }
}

function headersOf(caller: Caller, access: Access, sent: number): Record<string, string> {
  if (caller === 'customer') return access.of(`u${3 + (sent % CUSTOMERS)}`);
  if (caller === 'admin') return access.of('u2', ADMIN);
  return caller === 'junk' ? { authorization: 'Bearer junk' } : {};
}
