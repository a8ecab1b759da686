import type { OtelSettings } from './otel-settings.ts';
import type { Recording } from './recording.ts';

/** Decides when a request begins whether all its spans are exported. */
export type Sampler = (recording: Recording) => boolean;

const PARENT_BASED = 'parentbased_';

/** The sampler that `OTEL_TRACES_SAMPLER` names; by default what the client decided, else all. */
export function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: OtelSettings): Sampler {
  const isParentBased = name.startsWith(PARENT_BASED);
  const root = rootSampler(isParentBased ? name.slice(PARENT_BASED.length) : name, ratio);
  return isParentBased ? (recording) => recording.isParentSampled ?? root(recording) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_on') return () => true;
  if (name === 'always_off' || ratio === 0) return () => false;
  if (ratio === 1) return () => true;
  const bound = Math.floor(ratio * 0xffff_ffff);
  return ({ traceId }) => accumulate(traceId) < bound;
}

/** The 32 bits that OpenTelemetry's SDK for JavaScript compares, so that its services decide alike. */
function accumulate(traceId: string): number {
  let sum = 0;
  for (let i = 0; i < 32; i += 8) sum ^= Number.parseInt(traceId.slice(i, i + 8), 16);
  return sum >>> 0;
}
