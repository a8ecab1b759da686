import { ownRedisForTests } from '#libs/testing';
import { Visitor } from '#test/support/visitor';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(60_000);

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
afterAll(async () => {
  if (!('skip' in redis)) await redis.stop();
});

onRedis('a logout token of oidc-provider that names no session', () => {
  const { pid, url: REDIS_URL } = redis as { pid: number; url: string };
  let opened: ProviderGateway;
  beforeAll(async () => {
    const client = { backchannel_logout_session_required: false };
    opened = await ProviderGateway.open({ environment: { REDIS_URL }, client });
  });
  afterAll(() => opened?.close());

  const loggedIn = async (who: 'ada' | 'grace') => {
    const visitor = new Visitor();
    await visitor.go(`${opened.url}/bff/login`, who);
    return visitor;
  };
  const status = async (visitor: Visitor) => {
    let answer = await visitor.send(`${opened.url}/bff/session`);
    // Redis needs a moment where it was away.
    while (answer.status === 503) answer = await visitor.send(`${opened.url}/bff/session`);
    return answer.status;
  };

  it('ends all sessions of its user, and none of another', async () => {
    const [one, two, grace] = [await loggedIn('ada'), await loggedIn('ada'), await loggedIn('grace')];
    expect(await opened.provider.backchannelLogout('u1', 'ignored')).toBeUndefined();
    expect([await status(one), await status(two), await status(grace)]).toEqual([401, 401, 200]);
  });

  it('is to be sent again while Redis is away, and then ends them', async () => {
    const ada = await loggedIn('ada');
    process.kill(pid, 'SIGSTOP');
    const refused = await opened.provider.backchannelLogout('u1', 'ignored');
    process.kill(pid, 'SIGCONT');
    expect([refused, await status(ada)]).toEqual([503, 200]);
    let answer = await opened.provider.backchannelLogout('u1', 'ignored');
    while (answer === 503) answer = await opened.provider.backchannelLogout('u1', 'ignored');
    expect([answer, await status(ada)]).toEqual([undefined, 401]);
  });
});
