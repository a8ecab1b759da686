import { loadConfig } from '#gateway/config/config';
import { LoginReports } from '#gateway/identity/provider/login-reports';
import { sessionsOf } from '#gateway/identity/sessions/sessions.fixture';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { aContext } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { type LookUp, OperatorSessions } from './operator-sessions.ts';

const SILENT = { warn() {} } as unknown as PinoLogger;
const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const SCOPES = ['profile:read', 'admin'];
let clock: jest.SpiedFunction<typeof Date.now>;
let desk: ReturnType<typeof sessionsOf>;
let operators: OperatorSessions;
let lookUp: jest.Mock<LookUp>;
beforeEach(() => {
  clock = jest.spyOn(Date, 'now').mockReturnValue(NOW);
  desk = sessionsOf(new SessionStoreMemory());
  operators = new OperatorSessions(desk.sessions, new LoginReports(desk.audit, SILENT, loadConfig({})));
  lookUp = jest.fn<LookUp>(async () => SCOPES);
  operators.lookUpBy(lookUp);
});
afterEach(() => void jest.restoreAllMocks());

const open = (before?: string) => operators.open(aContext(), before, 'u2', SCOPES);
const callerOf = (cookie: string) => operators.callerOf(aContext(), cookie);
/** Keeps a session in use, with a request every `stepMs`. */
async function work(cookie: string, untilMs: number, stepMs = 20 * MINUTE) {
  for (let at = stepMs; at < untilMs; at += stepMs) {
    clock.mockReturnValue(NOW + at);
    if (!(await callerOf(cookie))) return at;
  }
  return untilMs;
}

describe("an operator's session", () => {
  it('identifies its operator, and has the time of the login', async () => {
    const cookie = await open();
    expect(await callerOf(cookie)).toMatchObject({
      id: 'u2',
      scopes: SCOPES,
      authTime: NOW / 1000,
      expiresAt: NOW + 8 * 60 * MINUTE,
    });
  });

  it('ends after half an hour without use', async () => {
    const cookie = await open();
    clock.mockReturnValue(NOW + 30 * MINUTE - 1);
    expect(await callerOf(cookie)).toBeDefined();
    clock.mockReturnValue(NOW + 60 * MINUTE);
    expect(await callerOf(cookie)).toBeUndefined();
    expect(desk.log).toContainEqual(expect.objectContaining({ audit: 'session.ended', reason: 'lapsed' }));
  });

  it('ends after eight hours in any case', async () => {
    expect(await work(await open(), 24 * 60 * MINUTE)).toBe(8 * 60 * MINUTE);
  });

  it('ends within 15 minutes after its operator loses the rights', async () => {
    const cookie = await open();
    lookUp.mockResolvedValue(undefined);
    clock.mockReturnValue(NOW + 15 * MINUTE - 1);
    expect(await callerOf(cookie)).toBeDefined();
    expect(lookUp).not.toHaveBeenCalled();
    clock.mockReturnValue(NOW + 15 * MINUTE);
    expect(await callerOf(cookie)).toBeUndefined();
    expect(await callerOf(cookie)).toBeUndefined();
    expect(lookUp).toHaveBeenCalledTimes(1);
  });

  it('continues while the rights cannot be looked up, which it reports, and tries again after half a minute', async () => {
    const cookie = await open();
    lookUp.mockRejectedValue(new Error('down'));
    expect(await work(cookie, 60 * MINUTE)).toBe(60 * MINUTE);
    const lookUps = lookUp.mock.calls.length;
    const at = NOW + 60 * MINUTE;
    for (const now of [at, at, at + 29_999, at + 30_000]) {
      clock.mockReturnValue(now);
      expect(await callerOf(cookie)).toBeDefined();
    }
    expect(lookUp).toHaveBeenCalledTimes(lookUps + 2);
    const reported = desk.log.filter(({ audit }) => audit === 'renewal.failed');
    expect(reported).toHaveLength(lookUps + 2);
    expect(reported[0]).toMatchObject({ userId: 'u2', kind: 'operator', reason: 'unknown' });
  });

  it('has the scopes of the last lookup', async () => {
    const cookie = await open();
    lookUp.mockResolvedValue(['admin']);
    clock.mockReturnValue(NOW + 15 * MINUTE);
    expect(await callerOf(cookie)).toMatchObject({ scopes: ['admin'] });
    expect(await callerOf(cookie)).toMatchObject({ scopes: ['admin'] });
    expect(lookUp).toHaveBeenCalledTimes(1);
  });

  it('ends when the browser logs in again', async () => {
    const first = await open();
    const second = await open(first);
    expect([await callerOf(first), await callerOf(second)]).toMatchObject([undefined, { id: 'u2' }]);
  });

  it('is not valid as a session of the shop, nor the other way round', async () => {
    for (const kind of ['app', 'browser'] as const) {
      const { token } = await desk.sessions.open(aContext(), { userId: 'u2', kind, scopes: SCOPES });
      expect(await callerOf(token)).toBeUndefined();
    }
    expect(await desk.sessions.ofRefreshToken(await open())).toBeUndefined();
  });
});
