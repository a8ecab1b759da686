import { compareMigrations } from '#libs/storage';
import { type Finding, ok, problem, warning } from './finding.ts';

/** The oldest releases that the statements of the services work with. */
const MIN_VERSIONS = { PostgreSQL: [13], MariaDB: [10, 6], MySQL: [8, 0, 23] };

/** Whether a server is new enough. @param version as the server writes it, such as `10.11.6-MariaDB` */
export function versionFinding(about: string, make: keyof typeof MIN_VERSIONS, version: string): Finding {
  const min = MIN_VERSIONS[make];
  const parts = version.split('.').map((part) => Number.parseInt(part) || 0);
  const differs = min.findIndex((part, index) => part !== (parts[index] ?? 0));
  if (differs < 0 || (parts[differs] ?? 0) > min[differs]!) return ok(about, `answers, ${make} ${version}`);
  return problem(
    about,
    `is ${make} ${version}: the services need ${min.join('.')} or later`,
    'Make a backup, and upgrade the server.',
  );
}

/** Compares the migrations that have run with those of this release, as a service does at its start. */
export function tablesFinding(about: string, ran: readonly string[], known: readonly string[]): Finding {
  const { later, missing, isInOrder } = compareMigrations(ran, known);
  if (!isInOrder)
    return problem(
      about,
      `has tables of another release (${ran.join(', ')}; this one has ${known.toSorted().join(', ')}): the service does not start with them`,
      'Start the release that has made them, or restore a backup: docs/upgrade.md.',
    );
  if (later.length)
    return warning(
      about,
      `has tables of a later release (${later.join(', ')}): the service of this one starts and leaves them`,
      'If you went back to this release for good, undo them with the later one, after a backup: docs/upgrade.md.',
    );
  if (missing.length)
    return warning(
      about,
      `has tables of an earlier release: ${missing.join(', ')} will run at the next start`,
      'Make a backup first, then start the service.',
    );
  return ok(about, `has the tables of this release (${known.toSorted().at(-1)})`);
}
