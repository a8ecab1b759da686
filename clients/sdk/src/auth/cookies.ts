import type { Auth } from './auth.ts';

/** What cookie mode is made with. */
export interface CookieOptions {
  /** Called when the gateway does not know the session: show the login. */
  readonly onSignedOut?: () => void;
}

/**
 * The session cookie of a browser (RFC 10017, the BFF pattern): scripts cannot read it, and `X-CSRF` shows that no other
 * site sends the request. Log in with `browserLogin`, or by a navigation to `loginUrl`.
 */
export const cookies = ({ onSignedOut }: CookieOptions = {}): Auth => ({
  credentials: 'include',
  headers: () => ({ 'x-csrf': '1' }),
  renew: async () => {
    onSignedOut?.();
    return false;
  },
});

/** Where a page navigates to for a login at the provider. @param returnTo a path of this origin */
export const loginUrl = (returnTo: string, baseUrl = ''): string =>
  `${baseUrl}/bff/login?returnTo=${encodeURIComponent(returnTo)}`;
