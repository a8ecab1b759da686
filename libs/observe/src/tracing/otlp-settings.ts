import { z } from 'zod';

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
export const pairs = z
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

/** What is set for one signal or for all, by the ends of the names. */
const FIELDS = {
  ENDPOINT: endpoint,
  // Credentials: the mark that `secret` of `libs/process` sets.
  HEADERS: pairs.meta({ isSecret: true }),
  TIMEOUT: z.coerce
    .number('must be a whole number of milliseconds')
    .int('must be a whole number of milliseconds')
    .min(1, 'must be at least 1')
    .max(600_000, 'must be at most 600000')
    .optional(),
  COMPRESSION: z.enum(['gzip', 'none'], { message: 'must be gzip or none' }).optional(),
  PROTOCOL: z
    .literal('http/protobuf', { message: 'must be http/protobuf: no other protocol is supported' })
    .optional(),
};

/** Whether a signal is exported: `OTEL_<SIGNAL>_EXPORTER`. */
export const exporter = z.enum(['otlp', 'none'], { message: 'must be otlp or none' }).optional();

/** What is exported, by its name in the settings. */
export type OtlpSignal = 'TRACES' | 'METRICS' | 'LOGS';

type Fields<Prefix extends string> = {
  [Name in keyof typeof FIELDS as `OTEL_EXPORTER_OTLP_${Prefix}${Name}`]: (typeof FIELDS)[Name];
};

/**
 * The settings of where signals are sent (https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
 * @param prefix of the signal, for example `LOGS_`; `''` for what applies to all
 */
export function otlpSettings<Prefix extends `${OtlpSignal}_` | ''>(prefix: Prefix): Fields<Prefix> {
  const named = Object.entries(FIELDS).map(([name, field]) => [`OTEL_EXPORTER_OTLP_${prefix}${name}`, field]);
  return Object.fromEntries(named) as Fields<Prefix>;
}

/** The settings of signals and of all, checked. */
export type OtlpSettings = Readonly<
  Partial<z.infer<z.ZodObject<Fields<`${OtlpSignal}_` | ''>>>> &
    Partial<Record<`OTEL_${OtlpSignal}_EXPORTER`, 'otlp' | 'none' | undefined>> & { OTEL_SDK_DISABLED?: string }
>;

/** Where a signal is sent, and how. */
export interface OtlpTarget {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The timeout of a request, in milliseconds. */
  timeoutMs: number;
  /** Undefined if nothing is set. */
  compression: 'gzip' | 'none' | undefined;
}

const LOCAL = 'http://localhost:4318';
const TIMEOUT_MS = 10_000;

/**
 * Where a signal is sent; undefined if it is not. An endpoint for all signals alone turns on traces only: who has a
 * collector for traces need not have one for logs.
 */
export function otlpTarget(settings: OtlpSettings, signal: OtlpSignal): OtlpTarget | undefined {
  const of = <Name extends keyof typeof FIELDS>(name: Name, prefix: `${OtlpSignal}_` | '' = `${signal}_`) =>
    settings[`OTEL_EXPORTER_OTLP_${prefix}${name}`] as z.infer<(typeof FIELDS)[Name]> | undefined;
  const chosen = settings[`OTEL_${signal}_EXPORTER`];
  if (settings.OTEL_SDK_DISABLED === 'true' || chosen === 'none') return undefined;
  const [own, base] = [of('ENDPOINT'), of('ENDPOINT', '')];
  if (!own && chosen !== 'otlp' && !(signal === 'TRACES' && base)) return undefined;
  return {
    url: own ?? `${(base ?? LOCAL).replace(/\/$/, '')}/v1/${signal.toLowerCase()}`,
    headers: { ...of('HEADERS', ''), ...of('HEADERS') },
    timeoutMs: of('TIMEOUT') ?? of('TIMEOUT', '') ?? TIMEOUT_MS,
    compression: of('COMPRESSION') ?? of('COMPRESSION', ''),
  };
}
