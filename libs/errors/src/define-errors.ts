import { catalogue, type CatalogueEntry } from './catalogue.ts';

/** The members that every problem has: no feature gives them another meaning. */
const STANDARD = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'errors'];

const members: Record<string, object> = {};

/** The JSON schemas of the extension members that features have defined, by name. */
export const problemMembers = (): Readonly<Record<string, object>> => members;

/**
 * Adds the codes of a feature to the catalogue, each behind the general code of its status, and the JSON schemas of the members
 * that its problems have beside the standard ones. The feature also merges them into `FeatureErrors` and `ProblemMembers`.
 * @throws where a code or a member is defined already, or no general code has the status
 */
export function defineErrors<Codes extends Record<string, CatalogueEntry>>(
  codes: Codes,
  schemas: Record<string, object> = {},
): Codes {
  for (const name of Object.keys(schemas)) {
    if (STANDARD.includes(name) || members[name]) throw new Error(`Problems have a member ${name} already`);
  }
  const entries: [string, CatalogueEntry][] = Object.entries(catalogue);
  for (const [code, entry] of Object.entries(codes)) {
    if (entries.some(([known]) => known === code)) throw new Error(`There is an error ${code} already`);
    const sameStatus = entries.findIndex(([, { status }]) => status === entry.status);
    if (sameStatus < 0) throw new Error(`${code}: no general code has the status ${entry.status}`);
    entries.splice(behindFeatures(entries, sameStatus), 0, [code, { ...entry, isOfFeature: true }]);
  }
  Object.assign(members, schemas);
  const own: Record<string, CatalogueEntry> = catalogue;
  for (const code of Object.keys(own)) delete own[code];
  Object.assign(own, Object.fromEntries(entries));
  return codes;
}

/** Behind the general code of a status and what features have added to it before. */
function behindFeatures(entries: readonly [string, CatalogueEntry][], general: number): number {
  let index = general + 1;
  while (entries[index]?.[1].isOfFeature) index += 1;
  return index;
}
