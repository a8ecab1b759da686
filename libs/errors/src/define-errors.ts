import { catalogue, type CatalogueEntry } from './catalogue.ts';

/** The standard members of a problem, which features must not redefine. */
const STANDARD = ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'errors', 'deprecation'];

const members: Record<string, object> = {};

/** The JSON schemas of the extension members that features have defined, by name. */
export const problemMembers = (): Readonly<Record<string, object>> => members;

/**
 * Adds the codes of a feature to the catalogue, each after the general code of its status, and the JSON schemas of its
 * extension members. The feature also merges them into `FeatureErrors` and `ProblemMembers`.
 * @throws {Error} if a code or a member is already defined, or no general code has the status
 */
export function defineErrors<Codes extends Record<string, CatalogueEntry>>(
  codes: Codes,
  schemas: Record<string, object> = {},
): Codes {
  for (const name of Object.keys(schemas)) {
    if (STANDARD.includes(name) || members[name]) throw new Error(`The problem member ${name} is already defined`);
  }
  const entries: [string, CatalogueEntry][] = Object.entries(catalogue);
  for (const [code, entry] of Object.entries(codes)) {
    if (entries.some(([known]) => known === code)) throw new Error(`The error code ${code} is already defined`);
    const sameStatus = entries.findIndex(([, { status }]) => status === entry.status);
    if (sameStatus < 0) throw new Error(`${code}: no general error code has the status ${entry.status}`);
    entries.splice(behindFeatures(entries, sameStatus), 0, [code, { ...entry, isOfFeature: true }]);
  }
  Object.assign(members, schemas);
  const own: Record<string, CatalogueEntry> = catalogue;
  for (const code of Object.keys(own)) delete own[code];
  Object.assign(own, Object.fromEntries(entries));
  return codes;
}

/** The index after the general code of a status and the codes that features have added to it. */
function behindFeatures(entries: readonly [string, CatalogueEntry][], general: number): number {
  let index = general + 1;
  while (entries[index]?.[1].isOfFeature) index += 1;
  return index;
}
