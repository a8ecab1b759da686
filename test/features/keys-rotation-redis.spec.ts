import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { GatewayPair, type PairedGateway } from '#test/support/gateway-pair';
import { eventually } from '#libs/testing';
import request from 'supertest';

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const MINUTE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'atrium-rotation-'));
const JWT_KEYS_FILE = join(folder, 'keys.json');
const rotate = (...options: string[]) =>
  execFileSync('npm', ['run', '--silent', 'keys:rotate', '--', '--es256', ...options], {
    encoding: 'utf8',
    env: { ...process.env, JWT_KEYS_FILE },
  });

rotate();
const pair = await GatewayPair.open({ JWT_KEYS_FILE, JWT_PRIVATE_KEY: '' });
const onRedis = pair ? describe : describe.skip;
afterAll(async () => {
  await pair?.close();
  rmSync(folder, { recursive: true });
});

onRedis('the keys of two gateways with one keys file', () => {
  const both = [pair!.one, pair!.other];
  const logIn = async (at: PairedGateway) =>
    (await request(at.gateway.url).post('/v1/auth/login').send(ADA)).body as Record<string, string>;
  const me = async (at: PairedGateway, { accessToken }: Record<string, string>) =>
    (await request(at.gateway.url).get('/v1/me').set('authorization', `Bearer ${accessToken}`)).status;
  const published = async (at: PairedGateway): Promise<string[]> =>
    (await request(at.gateway.url).get('/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid);
  const signerOf = ({ accessToken = '' }: Record<string, string>): string =>
    JSON.parse(Buffer.from(accessToken.split('.')[0]!, 'base64url').toString()).kid;
  const moved = (byMs: number) => Promise.all(both.map((one) => one.process.moveWallClock(byMs)));
  /** Resolves when each gateway has noticed the change of the file. */
  const noticed = async (count: number) => {
    await eventually(
      () => !both.some(({ process }) => process.log.with({ audit: 'settings.reloaded' }).length < count),
    );
  };
  const rotations = () => both.flatMap(({ process }) => process.log.with({ audit: 'keys.rotated' }));

  it('rotate with one command: published, then signing, then removed, and no token is refused', async () => {
    const before = await logIn(pair!.one);
    const [old] = await published(pair!.one);
    expect(rotate()).toMatch(/ signs\n.* is published, and signs from /);
    await noticed(1);
    const [first, next] = await published(pair!.one);
    expect(first).toBe(old);
    expect(await published(pair!.other)).toEqual([old, next]);
    expect(signerOf(await logIn(pair!.other))).toBe(old);

    await moved(6 * MINUTE_MS);
    const after = await logIn(pair!.other);
    expect(signerOf(after)).toBe(next);
    for (const at of both) expect([await me(at, before), await me(at, after)]).toEqual([200, 200]);

    await moved(23 * MINUTE_MS);
    expect(await published(pair!.one)).toEqual([next]);
    await eventually(() => rotations().length);
    expect(rotations().map(({ keyId }) => keyId)).toEqual([next]);
    await moved(0);
  });

  it('are replaced at once if they are compromised: tokens end, sessions go on', async () => {
    const before = await logIn(pair!.one);
    rotate('--compromised');
    await noticed(2);
    for (const at of both) expect(await me(at, before)).toBe(401);
    const { body } = await request(pair!.other.gateway.url)
      .post('/v1/auth/refresh')
      .send({ refreshToken: before['refreshToken'] });
    for (const at of both) expect(await me(at, body as Record<string, string>)).toBe(200);
  });
});
