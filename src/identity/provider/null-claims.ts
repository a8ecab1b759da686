import { isMissing, withoutNulls } from '#gateway/identity/issuers/claims';
import { compactIn } from '#gateway/identity/jwt/compact';
import type { TokenEndpointResponse } from 'oauth4webapi';

/**
 * A copy of a JWT without its claims that are null, for a library that takes null for a wrong value and checks no signature. The
 * copy has an invalid signature; a token without null is returned as it is.
 */
export function withoutNullClaims(token: string): string {
  const payload = compactIn(token)?.payload;
  if (!payload || !Object.values(payload).includes(null)) return token;
  const [header, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify(withoutNulls(payload))).toString('base64url');
  return `${header}.${claims}.${signature}`;
}

/**
 * Has the library check a token response whose ID token may have null for a claim that is left out.
 * @returns what the library returns, with the ID token as it was signed
 */
export async function checkedTokens(
  response: Response,
  check: (response: Response) => Promise<TokenEndpointResponse>,
): Promise<TokenEndpointResponse> {
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { id_token?: unknown } | null | undefined;
  const idToken = body?.id_token;
  if (typeof idToken !== 'string') return check(response);
  const { status, headers } = response;
  const copy = JSON.stringify({ ...body, id_token: withoutNullClaims(idToken) });
  return { ...(await check(new Response(copy, { status, headers }))), id_token: idToken };
}

/** The response of a UserInfo endpoint, in which a JWT has no claims that are null. */
export async function withoutNullsInJwt(response: Response): Promise<Response> {
  const { status, headers } = response;
  const isJwt = /^application\/jwt *(;|$)/i.test(headers.get('content-type') ?? '');
  if (!isJwt) return response;
  return new Response(withoutNullClaims(await response.text()), { status, headers });
}

/** The keys of a provider, in whose members null counts as missing. */
export const withoutNullMembers = (fetchKeys: typeof fetch): typeof fetch =>
  (async (url: string, options: RequestInit) => {
    const response = await fetchKeys(url, options);
    if (response.status !== 200) return response;
    const set = (await response.json()) as { keys?: unknown } | null;
    const keys = Array.isArray(set?.keys) ? set.keys.map(keyIn) : set?.keys;
    return Response.json({ ...set, keys });
  }) as typeof fetch;

const keyIn = (entry: unknown): unknown =>
  typeof entry === 'object' && !isMissing(entry) ? withoutNulls(entry as Record<string, unknown>) : entry;
