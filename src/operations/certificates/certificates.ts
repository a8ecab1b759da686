import { Config } from '#gateway/config/config';
import { Reloads } from '#gateway/operations/reload/reloads';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type CertificateInUse, certificatesInUse, WARN_MS } from './certificates-in-use.ts';

/** How often the certificates are looked at, in milliseconds. */
const POLL_MS = 3_600_000;
/** How often one certificate is warned of, in milliseconds. */
const WARN_EACH_MS = 86_400_000;

/** The certificates in use, and a warning each day for one that expires within two weeks. */
@Injectable()
export class Certificates implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  /** When each was warned of last. */
  private readonly warned = new Map<string, number>();

  /** @param started the settings of the start, which connections to Redis keep */
  constructor(
    private readonly started: Config,
    private readonly reloads: Reloads,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.warn();
    this.timer = setInterval(() => this.warn(), POLL_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** All certificates that settings name, as they are in use: those for Redis as at the start, the others as last reloaded. */
  all(): CertificateInUse[] {
    const { REDIS_CA_FILE, REDIS_CERT_FILE } = this.started;
    return certificatesInUse({ ...this.reloads.current, REDIS_CA_FILE, REDIS_CERT_FILE });
  }

  /** Writes a warning for each that expires soon, or is not valid yet. */
  warn(now = Date.now()): void {
    for (const { use, setting, of, subject, validFrom, expiresAt } of this.all()) {
      const key = `${setting} ${of} ${expiresAt}`;
      const isEarly = validFrom > now;
      if ((!isEarly && expiresAt - now > WARN_MS) || now - (this.warned.get(key) ?? -Infinity) < WARN_EACH_MS)
        continue;
      this.warned.set(key, now);
      const line = { use, setting, of: of || undefined, subject };
      if (isEarly) {
        const from = new Date(validFrom).toISOString();
        this.logger.warn({ ...line, validFrom: from }, 'a certificate is not valid yet, or the clock is behind');
        continue;
      }
      const what = expiresAt <= now ? 'a certificate has expired' : 'a certificate expires within two weeks';
      this.logger.warn({ ...line, expiresAt: new Date(expiresAt).toISOString() }, what);
    }
  }
}
