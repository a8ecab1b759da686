import type { CollectedMetrics } from '#libs/metrics';
import type { Certificates } from './certificates.ts';

/** Registers when certificates expire. */
export function exposeCertificates(certificates: Certificates, metrics: CollectedMetrics): void {
  metrics.gauge(
    {
      name: 'certificate_expires_timestamp_seconds',
      help: 'When a certificate expires, in seconds since 1970: of the server, of CAs, or of a client of an upstream.',
      labelNames: ['use', 'of'],
      aggregator: 'min',
    },
    () => certificates.all().map(({ use, of, expiresAt }) => ({ labels: { use, of }, value: expiresAt / 1_000 })),
  );
}
