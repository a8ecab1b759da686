import { type Finding, ok, problem, warning } from './finding.ts';

const MUCH_MS = 30_000;
const SOME_MS = 2_000;

/**
 * Judges the clock of this machine by that of another one.
 * @param theirs its time, in milliseconds since 1970
 * @param before when it was asked
 * @param after when its answer was here
 * @param precisionMs how exact it is: one second for the header `Date`
 */
export function clockFinding(of: string, theirs: number, before: number, after: number, precisionMs = 0): Finding {
  // Within the round trip nobody knows.
  const ahead = before - theirs - precisionMs;
  const behind = theirs - after;
  const skewMs = Math.max(ahead, behind, 0);
  const about = 'clock';
  const text = `${(skewMs / 1_000).toFixed(1)} s ${ahead > behind ? 'ahead of' : 'behind'} that of ${of}`;
  const advice = 'Synchronise it: systemctl enable --now systemd-timesyncd, or chrony.';
  if (skewMs > MUCH_MS) return problem(about, `is ${text}: tokens and keys are refused that are valid`, advice);
  if (skewMs > SOME_MS) return warning(about, `is ${text}`, advice);
  return ok(about, `agrees with that of ${of}`);
}

/** That there was no other clock to judge that of this machine by. */
export const clockUnknown = (): Finding =>
  ok(
    'clock',
    'was not checked, as there is no Redis and no issuer to compare it with: timedatectl says whether it is synchronised',
  );
