import { JSON_TYPE } from '#libs/negotiation';

type Members = Readonly<Record<string, unknown>>;

/**
 * A response of an OAuth endpoint in the form that the client library accepts: JSON has its type. In a token response null, and a
 * token that is empty, counts as missing, since many serializers write it, and a list of scopes is joined. The error in the body is
 * reported, also if it came with status 200, or beside a challenge (RFC 6749, section 5.2), of which the library would report
 * nothing else.
 */
export async function oauthResponse(response: Response): Promise<Response> {
  const { status } = response;
  const headers = new Headers(response.headers);
  const text = await response.text();
  const body = objectIn(text);
  if (!body) return new Response(text || null, { status, headers });
  // Some providers name another type beside their errors.
  headers.set('content-type', JSON_TYPE);
  const isToken = typeof body['access_token'] === 'string';
  if (isToken) return new Response(JSON.stringify(tokensIn(body)), { status, headers });
  const isError = typeof body['error'] === 'string';
  if (isError && status === 401) headers.delete('www-authenticate');
  // An introspection response, with `active`, is no refusal.
  const isRefusal = isError && status === 200 && !('active' in body);
  return new Response(text, { status: isRefusal ? 400 : status, headers });
}

/** Tokens that a response may lack. An empty `scope` means that there is none. */
const OPTIONAL_TOKENS = new Set(['refresh_token', 'id_token']);

/** The members that a token response has. Elsewhere null may matter: a token bound to null is bound to nothing known. */
function tokensIn(body: Members): Members {
  const members = Object.fromEntries(Object.entries(body).filter(isPresent));
  const { scope } = members;
  return Array.isArray(scope) ? { ...members, scope: scope.join(' ') } : members;
}

const isPresent = ([name, value]: [string, unknown]): boolean =>
  value !== null && !(value === '' && OPTIONAL_TOKENS.has(name));

/** A JSON object; undefined for anything else. */
function objectIn(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}
