import type { JobsFile } from './jobs-file.ts';

/**
 * For how long the rate of a kind allows no start, in milliseconds; a period begins with the first start after the one before.
 * Runs in a transaction of its caller.
 */
export function waitOf(
  file: JobsFile,
  kind: string,
  { max, perMs }: { max: number; perMs: number },
  now: number,
): number {
  const [period] = file.all<{ since: number; started: number }>(
    `insert into starts (kind, since, started) values (:kind, :now, 0)
     on conflict (kind) do update set
       started = case when :now - since between 0 and :perMs - 1 then started else 0 end,
       since = case when :now - since between 0 and :perMs - 1 then since else :now end
     returning since, started`,
    { kind, now, perMs },
  );
  return period!.started < max ? 0 : period!.since + perMs - now;
}

/** Counts a start, in the transaction of `waitOf`. */
export function noteStart(file: JobsFile, kind: string): void {
  file.all(`update starts set started = started + 1 where kind = :kind`, { kind });
}
