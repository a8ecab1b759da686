import type { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { type InputOf, input } from '#libs/view';
import { z } from 'zod';

/** A local path that no browser takes for another origin, or a URL, whose origin is checked later. Neither has control characters. */
const TARGET = /^(\/(?![/\\])|https?:\/\/)[\x20-\x5b\x5d-\x7e\xa0-\uffff]*$/;
const MAX_TARGET_LENGTH = 2_048;
/** Providers let who has just logged in pass at once, so that such a target is reached again and again. */
const LOGIN = /^\/bff\/(login|callback)\/?$/;
const RETURN_TO = 'Must be a path on this site, or a page of an origin in CORS_ORIGINS';
const PROMPTS = /^(none|(login|consent|select_account|create)( (login|consent|select_account|create)){0,3})$/;
const WORDS = /^[\x21-\x7e]+( [\x21-\x7e]+)*$/;

/** The query parameters of a login at the provider (OpenID Connect Core, section 3.1.2.1). */
export const LoginQuery = input('BrowserLoginQuery', {
  returnTo: z.string().max(MAX_TARGET_LENGTH).regex(TARGET, RETURN_TO).default('/'),
  prompt: z.string().regex(PROMPTS, 'Must be none, or any of login, consent, select_account, create').optional(),
  login_hint: z.string().min(1).max(320).optional(),
  ui_locales: z.string().max(100).regex(WORDS, 'Must be language tags').optional(),
  max_age: z.number().int().min(0).max(31_536_000).optional(),
  acr_values: z.string().max(500).regex(WORDS, 'Must be values separated by spaces').optional(),
});

/** The parameters of a login. */
export type LoginRequest = InputOf<typeof LoginQuery>;

/**
 * The target of a login, percent-encoded: routers of front ends decode paths. Refuses an open redirect: the target must be here,
 * or a page of an allowed origin.
 * @throws {GatewayError} VALIDATION_FAILED
 */
export function targetOf({ returnTo }: LoginRequest, { CORS_ORIGINS, PUBLIC_URL }: Config): string {
  const target = returnTo.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
  if (target.length > MAX_TARGET_LENGTH)
    throw refused(`Must have at most ${MAX_TARGET_LENGTH} characters, percent-encoded`);
  const path = pathIn(target);
  if (path !== undefined && isLogin(path)) throw refused('Must not be a login, which would lead to itself');
  if (path !== undefined) return target;
  const { origin, pathname } = URL.canParse(target) ? new URL(target) : { origin: 'null', pathname: '' };
  if (origin === PUBLIC_URL && isLogin(pathname)) throw refused('Must not be a login, which would lead to itself');
  const isExact = target === origin || /^[/?#]/.test(target.slice(origin.length));
  const isOurs = origin === PUBLIC_URL || CORS_ORIGINS.includes(origin);
  if (isOurs && isExact && target.startsWith(origin)) return target;
  throw refused(RETURN_TO);
}

/** Whether a path leads to a login, also where its letters are percent-encoded, as routers decode them. */
function isLogin(path: string): boolean {
  try {
    return LOGIN.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}

const refused = (message: string): GatewayError =>
  new GatewayError('VALIDATION_FAILED', { errors: [{ field: 'returnTo', message }] });

/** The path of a local target, normalised; undefined for a URL, and where it then names a host: `/.//host` becomes `//host`. */
function pathIn(target: string): string | undefined {
  if (!target.startsWith('/')) return undefined;
  const { pathname } = new URL(target, 'http://here.invalid');
  return pathname.startsWith('//') ? undefined : pathname;
}
