/** How long an unused session lasts, in milliseconds. */
export const IDLE_MS = 7 * 86_400_000;
/** The maximum life of a session, in milliseconds. */
export const LIFE_MS = 30 * 86_400_000;
/** The same of an operator's session. */
const OPERATOR_IDLE_MS = 30 * 60_000;
export const OPERATOR_LIFE_MS = 8 * 3_600_000;
/** How long a used refresh token still returns its successor, in milliseconds: a response can be lost. */
export const GRACE_MS = 10_000;

/** The stored record of a login. Times are in milliseconds since 1970. */
export interface Session {
  userId: string;
  /** `app` holds tokens, `browser` a cookie; `operator` is for the admin port only. */
  kind: 'app' | 'browser' | 'operator';
  createdAt: number;
  usedAt: number;
  /** The absolute end, used or not. */
  endsAt: number;
  userAgent: string;
  address: string;
  /** The thumbprint of the key that its tokens are bound to (RFC 9449). */
  thumbprint?: string;
  /** The hash of the current secret. */
  current: string;
  /** The hash of the previous secret, when it was used, and its successor, encrypted with it. */
  previous?: string;
  rotatedAt?: number;
  successor?: string;
  /** Of a browser: its scopes, their expiry, its renewer, and the renewal secret, encrypted with the cookie. */
  scopes?: string[];
  renewAt?: number;
  renewedBy?: string;
  sealed?: string;
  /** The count of renewals, a fencing token against a gateway that has lost the lock. */
  renewals?: number;
  /** Until when the gateway that has counted last may be using the renewal secret. */
  claimedUntil?: number;
  /** Of a login at an outside provider: the provider's ids, by which it can end the session. */
  provider?: string;
  providerUserId?: string;
  providerSessionId?: string;
  /** When the user authenticated at the provider, in seconds since 1970, if known. */
  authTime?: number;
  /** How: the authentication context class, if the provider told. */
  acr?: string;
}

/** The outcome of using a refresh token. */
export type Rotation =
  | { kind: 'rotated'; userId: string }
  /** It was used a moment ago: its successor, encrypted with it. */
  | { kind: 'again'; userId: string; successor: string }
  /** It was used earlier: the session is over. */
  | { kind: 'reused'; userId: string }
  | { kind: 'unknown' };

/** When the user of a session authenticated, in seconds since 1970; undefined if a provider did not tell. */
export const authTimeOf = ({ provider, authTime, createdAt }: Session): number | undefined =>
  provider === undefined ? Math.floor(createdAt / 1000) : authTime;

/** When a session ends unless it is used, in milliseconds since 1970. */
export const expiresAt = (session: Session): number => {
  const { kind, createdAt, usedAt } = session;
  if (kind !== 'operator') return lapsesAt(session);
  return Math.min(createdAt + OPERATOR_LIFE_MS, usedAt + OPERATOR_IDLE_MS);
};

/** When the store removes a session unless it is used, in milliseconds since 1970. */
export const lapsesAt = ({ usedAt, endsAt }: Pick<Session, 'usedAt' | 'endsAt'>): number =>
  Math.min(endsAt, usedAt + IDLE_MS);
