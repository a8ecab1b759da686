/** The token and the DPoP proof in the first message of a socket. */
export interface SocketCredentials {
  /** The members of the message and those of its `headers`, by their names in lower case. */
  members: ReadonlyMap<string, unknown>;
  /** What stands in for the `Authorization` header; undefined without it, empty if it is no text. */
  authorization: string | undefined;
  /** The DPoP proof; undefined without one. */
  proof: unknown;
  /** The name of a member that looks like credentials, which are not read; undefined without one. */
  unread: string | undefined;
}

/** Names of credentials in clients of other servers, without hyphens and underscores. */
const CREDENTIALS = /^x?(?:(?:access|api|auth|bearer|id|jwt)?token|apikey|auth|authentication|bearer|jwt)$/;
/** The most characters of a name that a refusal quotes: a close frame has room for 123 bytes (RFC 6455, section 5.5). */
const MAX_NAME_LENGTH = 40;

/**
 * The credentials in `connection_init`, or in the `auth` of Socket.IO. Names are in any case, as those of headers, which many clients
 * nest as `headers`. Null and blanks count as missing: pages send them before a login.
 * @param search the query of the handshake: credentials in it are not read either
 */
export function socketCredentialsIn(params: unknown, search: unknown = {}): SocketCredentials {
  const own = membersOf(params);
  const headers = membersOf(own.find(([name]) => name.toLowerCase() === 'headers')?.[1]);
  // A later one of the same name takes its place.
  const members = new Map([...headers, ...own].map(([name, value]) => [name.toLowerCase(), value]));
  return {
    members,
    authorization: textOf(members.get('authorization')),
    proof: members.get('dpop'),
    unread: [...own, ...headers, ...membersOf(search)].find(looksLikeCredentials)?.[0].slice(0, MAX_NAME_LENGTH),
  };
}

/** The text of a member without blanks around it, as of a header; undefined if it is missing, empty if it is no text. */
export const textOf = (member: unknown): string | undefined =>
  typeof member === 'string' ? member.trim() : member === undefined ? undefined : '';

/** The members of an object that are not missing. */
function membersOf(value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).filter(([, member]) => isGiven(member));
}

const isGiven = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() !== '' : value !== undefined && value !== null;

function looksLikeCredentials([name, value]: [string, unknown]): boolean {
  if (!CREDENTIALS.test(name.toLowerCase().replaceAll(/[-_]/g, ''))) return false;
  return typeof value === 'string' || membersOf(value).some(([, member]) => typeof member === 'string');
}
