import { loadConfig } from '#gateway/config/config';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import { KeySet } from '#gateway/identity/keys/key-set';
import { SigningKey } from '#gateway/identity/keys/signing-key';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { AccessTokens } from '#gateway/identity/tokens/access-tokens';
import { BearerTokens } from '#gateway/identity/tokens/bearer-tokens';
import { readOptions } from '#tools/launcher/read-options';
import { JwtService } from '@nestjs/jwt';

readOptions(
  'npm run bench:tokens\n\nMeasures the CPU of telling whose an access token is, the first time and from then on.\n',
  {},
);

/** What it costs to tell whose an access token is, the first time and from then on, in CPU time. */
const COLD = 2_000;
const HOT = 200_000;
const config = loadConfig({});
const jwt = new JwtService();

for (const algorithm of ['RS256', 'ES256'] as const) {
  const tokens = new AccessTokens(jwt, new KeySet(await SigningKey.make(algorithm)), config);
  const outside = new OutsideIssuers(config, console as never);
  const bearers = new BearerTokens(tokens, outside, new SessionEnds(null), new SessionStoreMemory());
  const issued = Array.from({ length: 2 * COLD }, (_, n) => {
    const grant = { userId: `u${n}`, scopes: ['profile:read', 'orders:read'], sessionId: `s${n}`, authTime: 0 };
    return `Bearer ${tokens.issue(grant)}`;
  });
  // The first half warms the compiler.
  for (const token of issued.slice(0, COLD)) void bearers.callerOf(token);
  const cold = microseconds(COLD, (n) => void bearers.callerOf(issued[COLD + n]!));
  const hot = microseconds(HOT, (n) => void bearers.callerOf(issued[COLD + (n % 1_000)]!));
  process.stdout.write(`${algorithm}  first ${cold.toFixed(1)} µs   then ${hot.toFixed(1)} µs a token\n`);
}

function microseconds(times: number, run: (n: number) => void): number {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) run(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}
