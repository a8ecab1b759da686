import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { IssuerSettings } from './issuers-file.ts';
import { list } from './values.ts';

/** Parameters that the gateway sets itself: overriding them would break the login or its protections. */
const RESERVED = new Set([
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);

/** Extra parameters for authorization requests: `access_type=offline&audience=…`. */
export const authorizationParams = z
  .string()
  .default('')
  .transform((value, check): Readonly<Record<string, string>> => {
    const params = Object.fromEntries(new URLSearchParams(value));
    const refuse = (message: string) => check.addIssue({ code: 'custom', message });
    if (Object.keys(params).some((name) => RESERVED.has(name) || !/^[\w.:-]{1,64}$/.test(name)))
      refuse('must be name=value pairs joined by &, without parameters that the gateway sets itself');
    // The ID token is held to it: see `Provider`.
    if (!/^\d{1,8}$/.test(params['max_age'] ?? '0')) refuse('must have a number of seconds in max_age');
    return params;
  });

/** The sources of a browser session's scopes. */
const SCOPE_SOURCES = ['token_response', 'access_token', 'id_token', 'userinfo'] as const;

/** A source of scopes; the first source that has the claim decides. */
export type ScopeSource = (typeof SCOPE_SOURCES)[number];

/** The sources of scopes, in order of precedence. */
export const scopeSources = z
  .string()
  .default('id_token,token_response')
  .transform(list)
  .pipe(z.array(z.enum(SCOPE_SOURCES, `must be of ${SCOPE_SOURCES.join(', ')}, comma-separated`)).min(1));

interface Given {
  OIDC_ISSUER?: string | undefined;
  OIDC_CLIENT_ID?: string | undefined;
  OIDC_CLIENT_SECRET?: string | undefined;
  OIDC_CLIENT_KEY?: KeyObject | undefined;
  OIDC_CLIENT_AUTH?: string | undefined;
  PUBLIC_URL?: string | undefined;
  ISSUERS_FILE?: readonly IssuerSettings[];
}

/** Refuses an incomplete OIDC client. One with neither a secret nor a key is a public client, which is allowed. */
export function refuseHalfAProvider(given: Given, check: z.core.$RefinementCtx): void {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_CLIENT_KEY, OIDC_CLIENT_AUTH } = given;
  const { PUBLIC_URL, ISSUERS_FILE } = given;
  if (!OIDC_ISSUER) return;
  const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message });
  if (!OIDC_CLIENT_ID) refuse('OIDC_CLIENT_ID', 'must be set where OIDC_ISSUER is');
  if (OIDC_CLIENT_SECRET && OIDC_CLIENT_KEY)
    refuse(
      'OIDC_CLIENT_KEY',
      'must not be set together with OIDC_CLIENT_SECRET: the gateway authenticates with one of them',
    );
  if (OIDC_CLIENT_AUTH !== undefined && OIDC_CLIENT_AUTH !== 'auto' && !OIDC_CLIENT_SECRET)
    refuse('OIDC_CLIENT_AUTH', 'must be auto without OIDC_CLIENT_SECRET: it says how the secret is sent');
  if (!PUBLIC_URL)
    refuse('PUBLIC_URL', 'must be set where OIDC_ISSUER is: the provider sends browsers back there');
  const isKnown = ISSUERS_FILE?.some(({ issuer }) => issuer === OIDC_ISSUER);
  if (!isKnown) refuse('OIDC_ISSUER', 'must be an issuer in ISSUERS_FILE, which maps its scopes');
}
