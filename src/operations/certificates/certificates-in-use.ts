import { readFileSync } from 'node:fs';
import type { Config } from '#gateway/config/config';
import { certificatesOf } from '#libs/upstream';

/** How long before its end a certificate is warned of, in milliseconds: two weeks. */
export const WARN_MS = 14 * 86_400_000;

/** What a certificate is for. */
export type CertificateUse =
  | 'server'
  | 'client_ca'
  | 'issuer_ca'
  | 'upstream_client'
  | 'upstream_ca'
  | 'redis_client'
  | 'redis_ca';

/** A certificate file in use, by the first of its certificates that expires. */
export interface CertificateInUse {
  use: CertificateUse;
  /** The setting that names its file. */
  setting: string;
  /** The upstream or issuer that it is for; empty for the gateway's own. */
  of: string;
  subject: string;
  /** When all of its certificates are valid, in milliseconds since 1970. */
  validFrom: number;
  /** In milliseconds since 1970. */
  expiresAt: number;
}

/** All certificates that settings name. Files that cannot be read are left out. */
export function certificatesInUse(config: Config): CertificateInUse[] {
  const { TLS_CERT_FILE, TLS_CLIENT_CA_FILE, OIDC_CA_FILE, ISSUERS_FILE, UPSTREAMS_FILE } = config;
  const upstreams = Object.entries(UPSTREAMS_FILE).flatMap(([name, { tls }]) => [
    inUse('upstream_client', `UPSTREAMS_FILE.${name}.tls.cert`, name, contentOf(tls?.cert)),
    inUse('upstream_ca', `UPSTREAMS_FILE.${name}.tls.ca`, name, contentOf(tls?.ca)),
  ]);
  const issuers = ISSUERS_FILE.map(({ issuer, caFile }) => inUse('issuer_ca', 'ISSUERS_FILE', issuer, caFile));
  return [
    inUse('server', 'TLS_CERT_FILE', '', TLS_CERT_FILE),
    inUse('client_ca', 'TLS_CLIENT_CA_FILE', '', TLS_CLIENT_CA_FILE),
    inUse('issuer_ca', 'OIDC_CA_FILE', config.OIDC_ISSUER ?? '', OIDC_CA_FILE),
    inUse('redis_client', 'REDIS_CERT_FILE', '', config.REDIS_CERT_FILE),
    inUse('redis_ca', 'REDIS_CA_FILE', '', config.REDIS_CA_FILE),
    ...issuers,
    ...upstreams,
  ].flatMap((one) => one ?? []);
}

function inUse(
  use: CertificateUse,
  setting: string,
  of: string,
  pem: string | undefined,
): CertificateInUse | undefined {
  const all = readable(pem);
  const [first] = all.toSorted((one, other) => one.validToDate.getTime() - other.validToDate.getTime());
  if (!first) return undefined;
  return {
    use,
    setting,
    of,
    subject: first.subject.replaceAll('\n', ', '),
    validFrom: Math.max(...all.map(({ validFromDate }) => validFromDate.getTime())),
    expiresAt: first.validToDate.getTime(),
  };
}

/** None where a file is being written. */
function readable(pem = '') {
  try {
    return certificatesOf(pem);
  } catch {
    return [];
  }
}

/** The files of upstreams are read by their connections, not by the settings. */
function contentOf(path: string | undefined): string | undefined {
  try {
    return path === undefined ? undefined : readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
