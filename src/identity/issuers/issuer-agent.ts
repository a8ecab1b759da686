import type { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import type { Agent } from 'undici';
import { httpClient } from './http-client.ts';

/**
 * The connections to an issuer, with the certificates that are trusted there: those of its `caFile`, for the provider else those of
 * `OIDC_CA_FILE`.
 * @returns undefined where neither is set: those that Node knows are trusted
 */
export function issuerAgent(
  { OIDC_ISSUER, OIDC_CA_FILE }: Pick<Config, 'OIDC_ISSUER' | 'OIDC_CA_FILE'>,
  { issuer, caFile }: Pick<IssuerSettings, 'issuer' | 'caFile'>,
): Agent | undefined {
  const ca = caFile ?? (issuer === OIDC_ISSUER ? OIDC_CA_FILE : undefined);
  return ca === undefined ? undefined : new (httpClient().Agent)({ connect: { ca } });
}

/** `fetch` over these connections. */
export const fetchOver = (agent: Agent): typeof fetch =>
  ((url: string, options: object) => httpClient().fetch(url, { ...options, dispatcher: agent })) as typeof fetch;
