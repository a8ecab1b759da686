import type { Config } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import type { Agent } from 'undici';
import { httpClient } from './http-client.ts';

/** The CA certificates for an issuer: its `caFile`, or for the provider by default `OIDC_CA_FILE`; undefined for Node's. */
export function caOf(
  { OIDC_ISSUER, OIDC_CA_FILE }: Pick<Config, 'OIDC_ISSUER' | 'OIDC_CA_FILE'>,
  { issuer, caFile }: Pick<IssuerSettings, 'issuer' | 'caFile'>,
): string | undefined {
  return caFile ?? (issuer === OIDC_ISSUER ? OIDC_CA_FILE : undefined);
}

/** The HTTP agent that trusts each of these certificates, also one that another has issued; undefined without any. */
export function issuerAgent(ca: string | undefined): Agent | undefined {
  return ca === undefined
    ? undefined
    : new (httpClient().Agent)({ connect: { ca, allowPartialTrustChain: true } });
}

/** A `fetch` over these connections. */
export const fetchOver = (agent: Agent): typeof fetch =>
  ((url: string, options: object) => httpClient().fetch(url, { ...options, dispatcher: agent })) as typeof fetch;
