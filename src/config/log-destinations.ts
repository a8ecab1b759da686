import { type LogDestination, type OtlpSettings, otlpTarget, processResource } from '#libs/observe';
import { bytes, secret } from '#libs/process';
import { z } from 'zod';

const TIMEOUT_MS = 10_000;

/** The URL of a receiver of logs. A password in it would be in logs and process lists. */
const receiverUrl = z
  .string()
  .refine(
    (value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, username, password, search, hash } = new URL(value);
      return /^https?:$/.test(protocol) && !username && !password && !search && !hash;
    },
    { message: 'must be an http:// or https:// URL without user name, password and query' },
  )
  .transform((value) => value.replace(/\/+$/, ''))
  .optional();

/** The value of an `Authorization` header (RFC 9110, section 11.6.2). */
const authorization = z
  .string()
  .trim()
  .regex(/^[A-Za-z][\w-]* [\x21-\x7e]+$/, 'must be a scheme and credentials, for example Basic … or Bearer …')
  .optional();

const headerText = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters without spaces')
  .optional();

/** The settings of where log lines are sent besides standard output. */
export const logSettings = {
  LOKI_URL: receiverUrl,
  LOKI_AUTHORIZATION: secret(authorization),
  LOKI_TENANT: headerText,
  ELASTICSEARCH_URL: receiverUrl,
  ELASTICSEARCH_INDEX: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,254}$/,
      'must be the name of an index or data stream: lower case letters, digits, . _ -',
    )
    .default('logs-atrium-default'),
  ELASTICSEARCH_AUTHORIZATION: secret(authorization),
  LOG_QUEUE_BYTES: bytes(8_388_608, 1_073_741_824, 65_536),
};

type LogSettings = Readonly<z.infer<z.ZodObject<typeof logSettings>>> &
  OtlpSettings &
  Parameters<typeof processResource>[0];

/** The destinations that the settings name; standard output is not one of them. */
export function logDestinations(settings: LogSettings): LogDestination[] {
  const common = { service: 'gateway', maxBytes: settings.LOG_QUEUE_BYTES, timeoutMs: TIMEOUT_MS };
  const destinations: LogDestination[] = [];
  const { LOKI_URL: loki, LOKI_TENANT: tenant, ELASTICSEARCH_URL: elasticsearch } = settings;
  if (loki) {
    const headers = {
      ...authorized(settings.LOKI_AUTHORIZATION),
      ...(tenant ? { 'x-scope-orgid': tenant } : {}),
    };
    destinations.push({ ...common, kind: 'loki', url: `${loki}/loki/api/v1/push`, headers, isCompressed: true });
  }
  if (elasticsearch) {
    // Only what is read of an answer, which has a result for each line.
    const url = `${elasticsearch}/_bulk?filter_path=errors,items.*.status`;
    const headers = authorized(settings.ELASTICSEARCH_AUTHORIZATION);
    destinations.push({
      ...common,
      kind: 'elasticsearch',
      url,
      headers,
      index: settings.ELASTICSEARCH_INDEX,
      isCompressed: true,
    });
  }
  const otlp = otlpTarget(settings, 'LOGS');
  if (otlp) {
    const { compression = 'gzip', ...target } = otlp;
    const resource = processResource(settings, common.service);
    destinations.push({ ...common, ...target, kind: 'otlp', resource, isCompressed: compression === 'gzip' });
  }
  return destinations;
}

const authorized = (authorization: string | undefined): Record<string, string> =>
  authorization ? { authorization } : {};
