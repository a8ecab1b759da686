import { z } from 'zod';
import { exporter, otlpSettings, pairs } from './otlp-settings.ts';

const whole = (byDefault: number, what: string) => {
  const message = `must be ${what}`;
  return z.coerce.number(message).int(message).min(1, message).max(3_600_000, message).default(byDefault);
};
const spanCount = (byDefault: number) => whole(byDefault, 'a whole number of spans, at least 1');
const delay = (byDefault: number) => whole(byDefault, 'a whole number of milliseconds, at least 1');

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
  ...otlpSettings(''),
  ...otlpSettings('TRACES_'),
  OTEL_TRACES_EXPORTER: exporter,
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
