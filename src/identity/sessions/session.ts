/** How long a session lasts that nobody uses, in milliseconds. */
export const IDLE_MS = 7 * 86_400_000;
/** How long a session lasts at most, in milliseconds. */
export const LIFE_MS = 30 * 86_400_000;
/** A token that has been used buys its successor again for so long, in milliseconds: an answer can be lost. */
export const GRACE_MS = 10_000;

/** A login, as it is kept. Times are on the wall clock, in milliseconds. */
export interface Session {
  userId: string;
  /** Of an app that holds tokens, or of a browser that holds a cookie; that of an operator is for the admin port alone. */
  kind: 'app' | 'browser' | 'operator';
  createdAt: number;
  usedAt: number;
  /** Whatever happens, it is over then. */
  endsAt: number;
  userAgent: string;
  address: string;
  /** The thumbprint of the key that its tokens are bound to (RFC 9449). */
  thumbprint?: string;
  /** The hash of the secret that is good now. */
  current: string;
  /** The hash of the one before, when it was used, and what it buys: sealed under itself. */
  previous?: string;
  rotatedAt?: number;
  successor?: string;
  /** Of a browser: what they may do, until when that is known, what renews it, and what that needs: sealed by the cookie. */
  scopes?: string[];
  renewAt?: number;
  renewedBy?: string;
  sealed?: string;
  /** How often a renewal has been begun: it fences off who thinks that it is the one that renews. */
  renewals?: number;
  /** Of a login at an outside provider: what that calls it, so that it can end it. */
  provider?: string;
  providerUserId?: string;
  providerSessionId?: string;
  /** When its user proved there who they are, in seconds since 1970, where the provider says so. */
  authTime?: number;
}

/** What comes of a refresh token that is used. */
export type Rotation =
  | { kind: 'rotated'; userId: string }
  /** It was used a moment ago: what it bought then, sealed under it. */
  | { kind: 'again'; userId: string; successor: string }
  /** It was used before, by somebody: the session is over. */
  | { kind: 'reused'; userId: string }
  | { kind: 'unknown' };

/** When the user of a session proved who they are, in seconds since 1970; undefined where a provider has not said so. */
export const authTimeOf = ({ provider, authTime, createdAt }: Session): number | undefined =>
  provider === undefined ? Math.floor(createdAt / 1000) : authTime;

/** When a session is over unless it is used, on the wall clock. */
export const lapsesAt = ({ usedAt, endsAt }: Pick<Session, 'usedAt' | 'endsAt'>): number =>
  Math.min(endsAt, usedAt + IDLE_MS);
