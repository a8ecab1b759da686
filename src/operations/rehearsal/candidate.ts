import { GatewayError } from '#libs/errors';
import { type UpstreamSettings, upstreamSettings } from '#libs/upstream';
import { check } from '#libs/view';
import { z } from 'zod';

/** Candidate policies by upstream, complete. */
export type CandidateSettings = Record<string, UpstreamSettings>;

/** Settings by upstream, as in UPSTREAMS_FILE. Its TLS files are not read: no request may choose files of this machine. */
const policies = z.record(
  z.string(),
  upstreamSettings.extend({ tls: z.unknown().transform(() => undefined) }).partial({ tls: true }),
);

/**
 * Checks candidate policies.
 * @param known the names of the upstreams
 * @throws {GatewayError} BAD_REQUEST or VALIDATION_FAILED, which name every wrong setting
 */
export function candidateOf(body: unknown, known: readonly string[]): CandidateSettings {
  const candidate = check(policies, body);
  const errors = Object.keys(candidate)
    .filter((name) => !known.includes(name))
    .map((name) => ({ field: name.slice(0, 100), message: `There is no such upstream: ${known.join(', ')}` }));
  if (errors.length) throw new GatewayError('VALIDATION_FAILED', { detail: 'Unknown upstreams.', errors });
  return candidate;
}
