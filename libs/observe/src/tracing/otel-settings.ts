import { z } from 'zod';

const whole = (byDefault: number, what: string) => {
  const message = `must be ${what}`;
  return z.coerce.number(message).int(message).min(1, message).max(3_600_000, message).default(byDefault);
};
const spanCount = (byDefault: number) => whole(byDefault, 'a whole number of spans, at least 1');
const delay = (byDefault: number) => whole(byDefault, 'a whole number of milliseconds, at least 1');

/** An address to send to. A password in it would be logged; `OTEL_EXPORTER_OTLP_HEADERS` is for credentials. */
const endpoint = z
  .string()
  .refine(
    (value) => {
      if (!URL.canParse(value)) return false;
      const { protocol, username, password } = new URL(value);
      return /^https?:$/.test(protocol) && !username && !password;
    },
    { message: 'must be an http:// or https:// URL without user name and password' },
  )
  .optional();

/** `key=value` pairs, separated by commas; values are percent-encoded (OpenTelemetry's and W3C Baggage's form). */
const pairs = z
  .string()
  .default('')
  .transform((value, check): Readonly<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const pair of value.split(',').filter((one) => one.trim())) {
      const [, name, text] = /^\s*([!#$%&'*+.^_`|~\w-]+)\s*=\s*([\x21-\x7e]*)\s*$/.exec(pair) ?? [];
      const decoded = text === undefined ? undefined : decode(text);
      if (name === undefined || decoded === undefined) {
        check.addIssue({
          code: 'custom',
          message: 'must be key=value pairs, comma-separated, with values percent-encoded',
        });
        return z.NEVER;
      }
      found[name] = decoded;
    }
    return found;
  });

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const compression = z.enum(['gzip', 'none'], { message: 'must be gzip or none' }).optional();
const protocol = z
  .literal('http/protobuf', { message: 'must be http/protobuf: no other protocol is supported' })
  .optional();
const timeout = z.coerce
  .number('must be a whole number of milliseconds')
  .int('must be a whole number of milliseconds')
  .min(1, 'must be at least 1')
  .max(600_000, 'must be at most 600000')
  .optional();

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/**
 * The settings of OpenTelemetry that a process reads, by the names of its specification
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/). The variables of traces override
 * those for all signals.
 */
export const otelSettings = {
  OTEL_SDK_DISABLED: z
    .string()
    .default('false')
    .transform((value) => value.toLowerCase())
    .pipe(z.enum(['true', 'false'], { message: 'must be true or false' })),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: pairs,
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_HEADERS: pairs,
  OTEL_EXPORTER_OTLP_TIMEOUT: timeout,
  OTEL_EXPORTER_OTLP_COMPRESSION: compression,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: pairs,
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: timeout,
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: compression,
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { message: 'must be otlp or none' }).optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { message: `must be one of ${SAMPLERS.join(', ')}` })
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be a number from 0 to 1')
    .min(0, 'must be a number from 0 to 1')
    .max(1, 'must be a number from 0 to 1')
    .default(1),
  OTEL_BSP_SCHEDULE_DELAY: delay(5_000),
  OTEL_BSP_EXPORT_TIMEOUT: delay(30_000),
  OTEL_BSP_MAX_QUEUE_SIZE: spanCount(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: spanCount(512),
  OTEL_PROPAGATORS: z
    .string()
    .default('tracecontext')
    .refine((value) => /^\s*(baggage\s*,\s*)?tracecontext(\s*,\s*baggage)?\s*$/.test(value), {
      message: 'must be tracecontext; baggage beside it is ignored, and no other propagator is supported',
    }),
};

/** The same, checked. */
export type OtelSettings = Readonly<z.infer<z.ZodObject<typeof otelSettings>>>;

/** Refuses settings that are right alone and wrong together. */
export function checkOtel(settings: Partial<OtelSettings>, check: z.RefinementCtx): void {
  const { OTEL_BSP_MAX_QUEUE_SIZE: queue = 1, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch = 1 } = settings;
  if (batch <= queue) return;
  const message = 'must not exceed OTEL_BSP_MAX_QUEUE_SIZE';
  check.addIssue({ code: 'custom', path: ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'], message });
}

/** Where traces are sent; undefined if they are not exported. */
export function tracesEndpoint(settings: OtelSettings): string | undefined {
  const {
    OTEL_SDK_DISABLED,
    OTEL_TRACES_EXPORTER: exporter,
    OTEL_EXPORTER_OTLP_ENDPOINT: base,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own,
  } = settings;
  if (OTEL_SDK_DISABLED === 'true' || exporter === 'none') return undefined;
  if (own) return own;
  if (base) return `${base.replace(/\/$/, '')}/v1/traces`;
  return exporter === 'otlp' ? 'http://localhost:4318/v1/traces' : undefined;
}
