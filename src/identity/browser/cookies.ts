import { hashOf } from '#gateway/identity/jwt/verified';
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The prefix `__Host-Http-`: browsers accept such a cookie only over HTTPS in `Set-Cookie`, for this host and all paths
 * (RFC 6265bis, section 4.1.3), so that no script and no sibling subdomain can plant one.
 */
const PREFIX = '__Host-Http-';

/** The attributes of a cookie. `maxAge` is in seconds; without it, the cookie lasts until the browser closes. */
export interface CookieKind {
  name: string;
  sameSite: 'strict' | 'lax';
  maxAge: number | undefined;
}

/** The session cookie. It lasts until the browser closes, and no longer than the session. */
export const SESSION_COOKIE: CookieKind = { name: `${PREFIX}atrium`, sameSite: 'strict', maxAge: undefined };

/** The time limit for a login at the provider, in milliseconds. */
export const LOGIN_MS = 600_000;
/** The most pending logins of a browser: it keeps the `Cookie` header small. */
const MAX_LOGINS = 5;
const LOGIN_PREFIX = `${PREFIX}atrium-login-`;

/**
 * The cookie of the pending login with this `state`, sent when the provider redirects back. Each login has its own, so that
 * several tabs can log in at once.
 */
export const loginCookie = (state: string): CookieKind => loginKind(LOGIN_PREFIX + hashOf(state).slice(0, 16));

/** The cookie values of the browser's other pending logins. */
export function otherLogins({ headers }: Pick<FastifyRequest, 'headers'>, state: string): string[] {
  const { name } = loginCookie(state);
  return loginsIn(headers.cookie).flatMap(([other, value]) => (other === name ? [] : [value]));
}

/**
 * Clears the cookies of the oldest pending logins above the limit: browsers send the oldest first (RFC 6265, section 5.4).
 */
export function clearOldLogins({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): void {
  for (const [name] of loginsIn(headers.cookie).slice(0, 1 - MAX_LOGINS)) clearCookie(reply, loginKind(name));
}

const loginKind = (name: string): CookieKind => ({ name, sameSite: 'lax', maxAge: LOGIN_MS / 1000 });

function loginsIn(header: string | undefined): [name: string, value: string][] {
  if (!header?.includes(LOGIN_PREFIX)) return [];
  const all = Object.entries(parseCookie(header));
  return all.filter((one): one is [string, string] => one[0].startsWith(LOGIN_PREFIX) && one[1] !== undefined);
}

/**
 * The cookie that marks a known device, for 90 days: see `KnownDevices`. It is sent with logins from the gateway's own
 * pages, and is no credential.
 */
export const DEVICE_COOKIE: CookieKind = { name: `${PREFIX}atrium-device`, sameSite: 'strict', maxAge: 7_776_000 };

/**
 * The cookie with the secret of the browser's forms: see `formToken`. It lasts until the browser closes. It comes along from other
 * sites, too: otherwise a page reached from there would replace it, and forms in other tabs would be refused.
 */
export const FORM_COOKIE: CookieKind = { name: `${PREFIX}atrium-form`, sameSite: 'lax', maxAge: undefined };

/** A cookie of a feature. @param maxAge in seconds */
export const featureCookie = (name: string, maxAge: number): CookieKind => ({
  name: `${PREFIX}atrium-${name}`,
  sameSite: 'strict',
  maxAge,
});

/** The value of a cookie in a request; undefined without it. */
export function cookieIn({ headers }: Pick<FastifyRequest, 'headers'>, { name }: CookieKind): string | undefined {
  return headers.cookie?.includes(name) ? parseCookie(headers.cookie)[name] : undefined;
}

/** Sets a cookie. */
export function setCookie(reply: FastifyReply, kind: CookieKind, value: string): void {
  append(reply, { ...attributesOf(kind), maxAge: kind.maxAge, value });
}

/** Clears a cookie. */
export function clearCookie(reply: FastifyReply, kind: CookieKind): void {
  append(reply, { ...attributesOf(kind), maxAge: 0, value: '' });
}

const attributesOf = ({ name, sameSite }: CookieKind) => ({
  name,
  sameSite,
  path: '/',
  secure: true,
  httpOnly: true,
});

/** Sets a cookie once per response (RFC 6265bis, section 4.1.1): the last value counts. */
function append(reply: FastifyReply, cookie: SetCookie): void {
  const before = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  const others = before.filter((one) => !one.startsWith(`${cookie.name}=`));
  // Fastify would append to the existing header.
  void reply.removeHeader('set-cookie').header('set-cookie', [...others, stringifySetCookie(cookie)]);
}
