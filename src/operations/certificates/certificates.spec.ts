import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '#gateway/config/config';
import { CollectedMetrics } from '#libs/metrics';
import { overviewOf } from '#gateway/operations/pages/overview';
import { overviewPage } from '#gateway/operations/pages/overview.page';
import { MetricSample, MetricWindow } from '#gateway/operations/pages/metric-text';
import type { Reloads } from '#gateway/operations/reload/reloads';
import { CertificateAuthority } from '#libs/testing';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { Registry } from 'prom-client';
import { exposeCertificates } from './certificate-metrics.ts';
import { Certificates } from './certificates.ts';

const DAY_MS = 86_400_000;
const authority = new CertificateAuthority();
const folder = mkdtempSync(join(tmpdir(), 'atrium-certificates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The certificates of a gateway whose own is valid for so many days, and half a day more. */
function open(days: number, label = 'CERTIFICATE') {
  const expiresAt = new Date(Date.now() + (days + 0.5) * DAY_MS);
  const { cert, key } = authority.issue('localhost', ['localhost'], expiresAt);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(certFile, cert.replaceAll(' CERTIFICATE', ` ${label}`));
  writeFileSync(keyFile, key);
  const lines: Record<string, unknown>[] = [];
  const logger = {
    warn: (line: object, msg: string) => void lines.push({ ...line, msg }),
  } as unknown as PinoLogger;
  const current = loadConfig({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile });
  return { certificates: new Certificates(current, { current } as unknown as Reloads, logger), lines };
}

/** The table of the operators' first page, or what stands in its place. */
async function tableOf(certificates: Certificates): Promise<string> {
  const registry = new Registry();
  exposeCertificates(certificates, new CollectedMetrics(registry));
  const sample = new MetricSample(await registry.metrics(), Date.now());
  const page = overviewPage(overviewOf(new MetricWindow(sample, sample)), { all: [], limitBytes: 0 });
  return /<div[^>]*id="certificates"[^>]*>([\s\S]*?)<\/div>/.exec(page)?.[1] ?? page;
}

describe('certificates in use', () => {
  it.each([
    [13, 'in 13 days'],
    [1, 'in 1 day<'],
    [0, 'within a day'],
    [-2, 'has expired'],
  ])('are on the first page where they expire in %d days', async (days, expected) => {
    const table = await tableOf(open(days).certificates);
    expect(table).toContain('Certificates that expire soon');
    expect(table).toMatch(new RegExp(`server[\\s\\S]*${expected}`));
  });

  it('are those that OpenSSL reads, also with its own label', async () => {
    expect(await tableOf(open(13, 'TRUSTED CERTIFICATE').certificates)).toContain('in 13 days');
  });

  it('are not there while they are good for two weeks and more', async () => {
    expect(await tableOf(open(15).certificates)).not.toContain('Certificates that expire soon');
  });

  it('are those of the start where they are for Redis: a renewed one is used after a restart', () => {
    const [certFile, keyFile] = [join(folder, 'redis.pem'), join(folder, 'redis.key')];
    const validUntil = (year: number) => {
      const { cert, key } = authority.issue('client', ['client'], new Date(`${year}-01-01`));
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
      return loadConfig({ REDIS_URL: 'rediss://redis', REDIS_CERT_FILE: certFile, REDIS_KEY_FILE: keyFile });
    };
    const started = validUntil(2040);
    const reloads = { current: validUntil(2041) } as unknown as Reloads;
    const [inUse] = new Certificates(started, reloads, {} as PinoLogger).all();
    expect(inUse).toMatchObject({ use: 'redis_client', expiresAt: Date.parse('2040-01-01') });
  });

  it('are warned of once a day, and after their end by another sentence', () => {
    const { certificates, lines } = open(13);
    const now = Date.now();
    for (const hours of [0, 1, 23, 25]) certificates.warn(now + hours * 3_600_000);
    expect(lines.map(({ use, setting, msg }) => [use, setting, msg])).toEqual(
      [1, 2].map(() => ['server', 'TLS_CERT_FILE', 'a certificate expires within two weeks']),
    );
    certificates.warn(now + 20 * DAY_MS);
    expect(lines.at(-1)!['msg']).toBe('a certificate has expired');
    const good = open(15);
    good.certificates.warn();
    expect(good.lines).toEqual([]);
  });

  it('are warned of where they are not valid yet, as by a clock that is a year behind', () => {
    const { certificates, lines } = open(15);
    certificates.warn(Date.now() - 365 * DAY_MS);
    const msg = 'a certificate is not valid yet, or the clock is behind';
    expect(lines).toEqual([expect.objectContaining({ use: 'server', setting: 'TLS_CERT_FILE', msg })]);
  });
});
