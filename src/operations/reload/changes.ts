import { X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { changeableSettings } from '#gateway/config/changeable-settings';
import { type Config, schema } from '#gateway/config/config';
import type { IssuerSettings } from '#gateway/config/issuers-file';
import { secretsIn } from '#libs/process';
import { upstreamSettings } from '#libs/upstream';

/** The most changes that are named. */
const MAX_NAMED = 100;

const UNSET = 'unset';

/**
 * What differs between two configurations, one line each: limits, levels and policies with their values, issuers and
 * certificates without. Settings that a reload does not apply are left out.
 */
export function changesBetween(before: Config, after: Config): string[] {
  const all = [
    ...changedSettings(before, after),
    ...changedUpstreams(before, after),
    ...changedIssuers(before, after),
    ...changedCertificates(before, after),
    ...changedSecrets(before, after),
  ];
  const rest = all.length - MAX_NAMED;
  return rest > 0 ? [...all.slice(0, MAX_NAMED), `and ${rest} more`] : all;
}

function changedSettings(before: Config, after: Config): string[] {
  return (Object.keys(changeableSettings) as (keyof typeof changeableSettings)[])
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => `${name}: ${written(before[name])} → ${written(after[name])}`);
}

function changedUpstreams({ UPSTREAMS_FILE: before }: Config, { UPSTREAMS_FILE: after }: Config): string[] {
  const byDefault = upstreamSettings.parse({});
  return namesIn(before, after).flatMap((name) => {
    const from = leavesOf(before[name] ?? byDefault);
    const to = leavesOf(after[name] ?? byDefault);
    return [...new Set([...from.keys(), ...to.keys()])]
      .filter((path) => from.get(path) !== to.get(path))
      .map((path) => `UPSTREAMS_FILE.${name}.${path}: ${from.get(path) ?? UNSET} → ${to.get(path) ?? UNSET}`);
  });
}

/** The names of changed fields alone: a client secret is among them. */
function changedIssuers({ ISSUERS_FILE: before }: Config, { ISSUERS_FILE: after }: Config): string[] {
  const byName = (all: readonly IssuerSettings[]) => Object.fromEntries(all.map((one) => [one.issuer, one]));
  const [from, to] = [byName(before), byName(after)];
  return namesIn(from, to).flatMap((issuer) => {
    const [one, other] = [from[issuer], to[issuer]];
    if (!one) return [`ISSUERS_FILE: ${issuer} is added`];
    if (!other) return [`ISSUERS_FILE: ${issuer} is removed`];
    const fields = namesIn(one, other) as (keyof IssuerSettings)[];
    return fields
      .filter((field) => !isDeepStrictEqual(one[field], other[field]))
      .map((field) => `ISSUERS_FILE: ${issuer}: ${field} is changed`);
  });
}

function changedCertificates(before: Config, after: Config): string[] {
  const changes = (['TLS_KEY_FILE', 'TLS_CLIENT_CA_FILE', 'TLS_CLIENTS_FILE', 'OIDC_CA_FILE'] as const)
    .filter((name) => !isDeepStrictEqual(before[name], after[name]))
    .map((name) => `${name}: the content is changed`);
  const [from, to] = [before.TLS_CERT_FILE, after.TLS_CERT_FILE];
  if (from === undefined || to === undefined || from === to) return changes;
  return [`TLS_CERT_FILE: valid to ${validTo(from)} → ${validTo(to)}`, ...changes];
}

/** The secrets that a reload applies. */
const APPLIED: readonly string[] = [
  'INTERNAL_TOKEN_KEY',
  'JWT_PRIVATE_KEY',
  'JWT_NEXT_KEY',
  'JWT_RETIRED_KEYS',
  'METRICS_TOKEN',
  'OIDC_CLIENT_SECRET',
  'OIDC_CLIENT_KEY',
];

/** The names of changed secrets alone, and the ids of new keys. */
function changedSecrets(before: Config, after: Config): string[] {
  const changed = secretsIn(schema).filter(
    (name) => !isDeepStrictEqual(before[name as keyof Config], after[name as keyof Config]),
  );
  const lines = changed.map((name) =>
    APPLIED.includes(name)
      ? `${name}: the secret is changed`
      : `${name}: the secret is changed: restart to use it`,
  );
  return isDeepStrictEqual(before.JWT_KEYS_FILE, after.JWT_KEYS_FILE)
    ? lines
    : [...lines, 'JWT_KEYS_FILE: the keys are changed'];
}

const validTo = (pem: string): string => new Date(new X509Certificate(pem).validTo).toISOString();

const namesIn = (one: object, other: object): string[] => [
  ...new Set([...Object.keys(one), ...Object.keys(other)]),
];

/** The values in an object, by their path. */
function leavesOf(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([name, inner]): [string, string][] =>
      typeof inner === 'object' && inner !== null
        ? [...leavesOf(inner as object, `${path}${name}.`)]
        : inner === undefined
          ? []
          : [[`${path}${name}`, String(inner)]],
    ),
  );
}

/** As the setting is written: a rate is `limit/seconds`. */
const written = (value: string | number | { limit: number; windowMs: number }): string =>
  typeof value === 'object' ? `${value.limit}/${value.windowMs / 1_000}` : String(value);
