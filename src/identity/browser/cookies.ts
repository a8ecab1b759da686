import { hashOf } from '#gateway/identity/jwt/verified';
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * `__Host-Http-`: browsers take such a cookie from HTTPS and from HTTP's header alone, for this host and all of its paths
 * (RFC 6265bis, section 4.1.3): no script and no neighbour under the same domain can plant one.
 */
const PREFIX = '__Host-Http-';

interface Kind {
  name: string;
  sameSite: 'strict' | 'lax';
  maxAge: number | undefined;
}

/** The cookie of a session. It lasts as long as the browser is open, and no longer than the session. */
export const SESSION_COOKIE: Kind = { name: `${PREFIX}atrium`, sameSite: 'strict', maxAge: undefined };

/** A login at the provider may take so long, in milliseconds. */
export const LOGIN_MS = 600_000;
/** So many logins a browser may have under way at the provider: requests with all of their cookies stay small. */
const MAX_LOGINS = 5;
const LOGIN_PREFIX = `${PREFIX}atrium-login-`;

/**
 * The cookie of the login with this `state` at the provider: a browser sends it when it is sent back from there. Each login has
 * its own, so that several tabs can log in at once.
 */
export const loginCookie = (state: string): Kind => loginKind(LOGIN_PREFIX + hashOf(state).slice(0, 16));

/** Values of the cookies of other logins of this browser. */
export function otherLogins({ headers }: Pick<FastifyRequest, 'headers'>, state: string): string[] {
  const { name } = loginCookie(state);
  return loginsIn(headers.cookie).flatMap(([other, value]) => (other === name ? [] : [value]));
}

/** Takes back the cookies of the oldest logins where a browser has many: browsers send the oldest first (RFC 6265, section 5.4). */
export function clearOldLogins({ headers }: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): void {
  for (const [name] of loginsIn(headers.cookie).slice(0, 1 - MAX_LOGINS)) clearCookie(reply, loginKind(name));
}

const loginKind = (name: string): Kind => ({ name, sameSite: 'lax', maxAge: LOGIN_MS / 1000 });

function loginsIn(header: string | undefined): [name: string, value: string][] {
  if (!header?.includes(LOGIN_PREFIX)) return [];
  const all = Object.entries(parseCookie(header));
  return all.filter((one): one is [string, string] => one[0].startsWith(LOGIN_PREFIX) && one[1] !== undefined);
}

/**
 * The cookie that marks a device as known, for 90 days: see `KnownDevices`. It is sent with logins of our own pages, and lets
 * nobody in.
 */
export const DEVICE_COOKIE: Kind = { name: `${PREFIX}atrium-device`, sameSite: 'strict', maxAge: 7_776_000 };

/** What a request has in a cookie; undefined where there is none. */
export function cookieIn({ headers }: Pick<FastifyRequest, 'headers'>, { name }: Kind): string | undefined {
  return headers.cookie?.includes(name) ? parseCookie(headers.cookie)[name] : undefined;
}

/** Sets a cookie. */
export function setCookie(reply: FastifyReply, kind: Kind, value: string): void {
  append(reply, { ...attributesOf(kind), maxAge: kind.maxAge, value });
}

/** Takes a cookie back. */
export function clearCookie(reply: FastifyReply, kind: Kind): void {
  append(reply, { ...attributesOf(kind), maxAge: 0, value: '' });
}

const attributesOf = ({ name, sameSite }: Kind) => ({ name, sameSite, path: '/', secure: true, httpOnly: true });

/** An answer sets a cookie once (RFC 6265bis, section 4.1.1): the last word counts. */
function append(reply: FastifyReply, cookie: SetCookie): void {
  const before = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  const others = before.filter((one) => !one.startsWith(`${cookie.name}=`));
  // Fastify would add to what is there.
  void reply.removeHeader('set-cookie').header('set-cookie', [...others, stringifySetCookie(cookie)]);
}
