import type { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import type { Agent } from 'undici';
import { httpClient } from './http-client.ts';

/**
 * The HTTP agent for an issuer that trusts its `caFile`, or for the provider by default `OIDC_CA_FILE`.
 * @returns undefined if neither is set: then Node's default certificates apply
 */
export function issuerAgent(
  { OIDC_ISSUER, OIDC_CA_FILE }: Pick<Config, 'OIDC_ISSUER' | 'OIDC_CA_FILE'>,
  { issuer, caFile }: Pick<IssuerSettings, 'issuer' | 'caFile'>,
): Agent | undefined {
  const ca = caFile ?? (issuer === OIDC_ISSUER ? OIDC_CA_FILE : undefined);
  return ca === undefined ? undefined : new (httpClient().Agent)({ connect: { ca } });
}

/** A `fetch` over these connections. */
export const fetchOver = (agent: Agent): typeof fetch =>
  ((url: string, options: object) => httpClient().fetch(url, { ...options, dispatcher: agent })) as typeof fetch;
