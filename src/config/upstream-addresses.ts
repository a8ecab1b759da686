import { upstreams } from '#gateway/upstreams/settings/upstreams.settings';
import { DEFAULT_HEALTH_PATH, type UpstreamSettings } from '#libs/upstream';
import type { z } from 'zod';
import { grpcAddresses, httpUrls } from './values.ts';

type Upstreams = typeof upstreams;
/** The type of `gift-cards` in constant case: `GIFT_CARDS`. */
type Constant<Name extends string> = Name extends `${infer Word}-${infer Rest}`
  ? `${Uppercase<Word>}_${Constant<Rest>}`
  : Uppercase<Name>;
type AddressSettings = {
  [Name in keyof Upstreams as `${Constant<Name>}_URL`]: z.ZodDefault<typeof httpUrls>;
};

const isRest = (byDefault: string): boolean => byDefault.startsWith('http');
const settingOf = (name: string) => `${name.replaceAll('-', '_').toUpperCase()}_URL` as keyof AddressSettings;
const all: [name: string, byDefault: string][] = Object.entries(upstreams);

/** The setting `NAME_URL` of every upstream: one or more addresses. */
export const addressSettings = Object.fromEntries(
  all.map(([name, byDefault]) => [
    settingOf(name),
    (isRest(byDefault) ? httpUrls : grpcAddresses).default([byDefault]),
  ]),
) as AddressSettings;

/** The addresses that an upstream with TLS settings may not have, and the rule that they break. */
interface Plain {
  isPlain(url: string): boolean;
  rule(setting: string): string;
}

const REST: Plain = {
  isPlain: (url) => !/^https:/i.test(url),
  rule: (setting) => `every address of ${setting} must be https://`,
};
const GRPC: Plain = {
  isPlain: (url) => /^grpc:/i.test(url),
  rule: (setting) => `no address of ${setting} may be grpc://, which is plain text`,
};

interface Check {
  addIssue(issue: { code: 'custom'; path: string[]; message: string }): void;
}

type FileSettings = { UPSTREAMS_FILE?: Record<string, UpstreamSettings> };

/** Refuses the path of a health check for an upstream that is asked by gRPC's own. */
export function refuseHealthPathsOfGrpc({ UPSTREAMS_FILE }: FileSettings, check: Check): void {
  for (const [name, byDefault] of all) {
    const path = UPSTREAMS_FILE?.[name]?.healthPath;
    if (isRest(byDefault) || path === undefined || path === DEFAULT_HEALTH_PATH) continue;
    const message = `${name}.healthPath: is for REST; a gRPC upstream is asked by grpc.health.v1.Health/Check`;
    check.addIssue({ code: 'custom', path: ['UPSTREAMS_FILE'], message });
  }
}

/** Refuses TLS settings for an upstream with a plain-text address. */
export function refusePlainText(
  settings: Partial<Record<keyof AddressSettings, string[]>> & FileSettings,
  check: Check,
): void {
  for (const [name, byDefault] of all) {
    const { isPlain, rule } = isRest(byDefault) ? REST : GRPC;
    const urls = settings[settingOf(name)];
    if (!settings.UPSTREAMS_FILE?.[name]?.tls || !urls?.some(isPlain)) continue;
    const message = `${name}.tls: ${rule(settingOf(name))}`;
    check.addIssue({ code: 'custom', path: ['UPSTREAMS_FILE'], message });
  }
}
