import { mariadb, pgbouncer, pgpool } from '#test/support/neighbours/programs';

/** What the quick set needs, and what the full set needs besides. */
export const programs = { quick: [mariadb, pgbouncer, pgpool], full: [] };
