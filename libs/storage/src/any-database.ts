import type { Kysely } from 'kysely';

/** Tables that are not known here: those of any service. */
export type AnySchema = any;

/** The database of any service. */
export type AnyDatabase = Kysely<AnySchema>;
