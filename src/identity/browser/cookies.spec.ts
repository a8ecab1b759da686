import type { FastifyReply } from 'fastify';
import { fastify } from 'fastify';
import { describe, expect, it } from '@jest/globals';
import {
  clearCookie,
  clearOldLogins,
  cookieIn,
  DEVICE_COOKIE,
  loginCookie,
  otherLogins,
  SESSION_COOKIE,
  setCookie,
} from './cookies.ts';

/** The `Set-Cookie` lines that a server answers with. */
async function linesOf(answer: (reply: FastifyReply) => void): Promise<string[]> {
  const server = fastify();
  server.get('/', (_request, reply) => {
    answer(reply);
    return {};
  });
  const { headers } = await server.inject('/');
  return [headers['set-cookie'] ?? []].flat();
}

const withCookies = (cookie?: string) => ({ headers: { cookie } });
const logins = (...states: string[]) => states.map((state) => `${loginCookie(state).name}=of-${state}`).join('; ');

describe('the cookie of a session', () => {
  it('is one that no script and no neighbour can plant or read, and lasts as long as the browser is open', async () => {
    expect(await linesOf((reply) => setCookie(reply, SESSION_COOKIE, 'token'))).toEqual([
      '__Host-Http-atrium=token; Path=/; HttpOnly; Secure; SameSite=Strict',
    ]);
  });

  it('is taken back by an empty one that has expired', async () => {
    expect(await linesOf((reply) => clearCookie(reply, SESSION_COOKIE))).toEqual([
      '__Host-Http-atrium=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
    ]);
  });

  it('is set once in an answer: the last word counts, and other cookies stay', async () => {
    const lines = await linesOf((reply) => {
      setCookie(reply, SESSION_COOKIE, 'first');
      setCookie(reply, DEVICE_COOKIE, 'device');
      clearCookie(reply, SESSION_COOKIE);
    });
    expect(lines.map((line) => line.split(';')[0])).toEqual([
      '__Host-Http-atrium-device=device',
      '__Host-Http-atrium=',
    ]);
  });

  it('is read by its whole name', () => {
    expect(cookieIn(withCookies('a=1; __Host-Http-atrium=token'), SESSION_COOKIE)).toBe('token');
    expect(cookieIn(withCookies('__Host-Http-atrium-device=d'), SESSION_COOKIE)).toBeUndefined();
    expect(cookieIn(withCookies('a=__Host-Http-atrium'), SESSION_COOKIE)).toBeUndefined();
    expect(cookieIn(withCookies(), SESSION_COOKIE)).toBeUndefined();
  });
});

describe('the cookie of a device', () => {
  it('lasts 90 days', async () => {
    const [line] = await linesOf((reply) => setCookie(reply, DEVICE_COOKIE, 'd'));
    expect(line).toContain(`Max-Age=${90 * 86_400};`);
  });
});

describe('the cookies of logins at the provider', () => {
  it('are one for each login, sent when the browser is sent back from there, and last 10 minutes', async () => {
    const [line] = await linesOf((reply) => setCookie(reply, loginCookie('s1'), 'secret'));
    expect(line).toMatch(/^__Host-Http-atrium-login-[\w-]{16}=secret; Max-Age=600; .*SameSite=Lax$/);
    expect(loginCookie('s1').name).not.toBe(loginCookie('s2').name);
    expect(line).not.toContain('s1');
  });

  it('of other logins are those of this browser but one', () => {
    const request = withCookies(`a=1; ${logins('s1', 's2', 's3')}`);
    expect(otherLogins(request, 's2')).toEqual(['of-s1', 'of-s3']);
    expect(otherLogins(withCookies('a=1'), 's2')).toEqual([]);
    expect(otherLogins(withCookies(), 's2')).toEqual([]);
  });

  it('are five at most with the one that begins: the oldest are taken back', async () => {
    const cleared = (...states: string[]) =>
      linesOf((reply) => clearOldLogins(withCookies(logins(...states)), reply));
    expect(await cleared('s1', 's2', 's3', 's4')).toEqual([]);
    const lines = await cleared('s1', 's2', 's3', 's4', 's5', 's6');
    expect(lines.map((line) => line.split('=')[0])).toEqual(['s1', 's2'].map((state) => loginCookie(state).name));
    for (const line of lines) expect(line).toContain('Max-Age=0');
  });
});
