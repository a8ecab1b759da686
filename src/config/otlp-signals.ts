import { count } from '#libs/process';
import { z } from 'zod';

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

/** `key=value` pairs, separated by commas; values are percent-encoded. */
const headers = z
  .string()
  .default('')
  .transform((value, check): Readonly<Record<string, string>> => {
    try {
      const pairs = value.split(',').filter((pair) => pair.trim());
      return Object.fromEntries(
        pairs.map((pair) => {
          const [, name, text] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*([\x21-\x7e]+)\s*$/.exec(pair)!;
          return [name!, decodeURIComponent(text!)];
        }),
      );
    } catch {
      check.addIssue({
        code: 'custom',
        message: 'must be key=value pairs, comma-separated, with values percent-encoded',
      });
      return z.NEVER;
    }
  });

const exporter = z.enum(['otlp', 'none'], { message: 'must be otlp or none' }).optional();

/**
 * The settings of metrics and logs over OTLP, by the names of OpenTelemetry's specification
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export const otlpSignalSettings = {
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: headers,
  OTEL_METRIC_EXPORT_INTERVAL: count(60_000, 100, 3_600_000),
  OTEL_METRIC_EXPORT_TIMEOUT: count(30_000, 100, 3_600_000),
  OTEL_LOGS_EXPORTER: exporter,
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_LOGS_HEADERS: headers,
};

/** The same, checked, with those of all signals where they are set. */
export type OtlpSignalSettings = Readonly<z.infer<z.ZodObject<typeof otlpSignalSettings>>> &
  Readonly<{
    OTEL_SDK_DISABLED?: string;
    OTEL_EXPORTER_OTLP_ENDPOINT?: string;
    OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>>;
    OTEL_SERVICE_NAME?: string;
    OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>>;
  }>;

/**
 * Where a signal is sent, and with which headers; undefined if it is not. An endpoint for all signals alone turns on traces
 * only: who has a collector for traces need not have one for logs.
 */
export function otlpTarget(
  settings: OtlpSignalSettings,
  signal: 'metrics' | 'logs',
): { url: string; headers: Readonly<Record<string, string>> } | undefined {
  const name = signal === 'metrics' ? 'METRICS' : 'LOGS';
  const chosen = settings[`OTEL_${name}_EXPORTER`];
  const own = settings[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`];
  const base = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (settings.OTEL_SDK_DISABLED === 'true' || chosen === 'none') return undefined;
  if (!own && chosen !== 'otlp') return undefined;
  const url = own ?? `${(base ?? 'http://localhost:4318').replace(/\/$/, '')}/v1/${signal}`;
  const headers = { ...settings.OTEL_EXPORTER_OTLP_HEADERS, ...settings[`OTEL_EXPORTER_OTLP_${name}_HEADERS`] };
  return { url, headers };
}
