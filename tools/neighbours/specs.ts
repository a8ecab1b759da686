import { globSync, readFileSync } from 'node:fs';

/** A mark in the comment at the top of a spec. */
const mark = (name: string) => new RegExp(String.raw`^/\*\*(?:[^*]|\*(?!/))*@${name}\b`);

/** Of a spec that measures, or that needs the machine for itself. */
const ALONE = mark('alone');
/** Of a spec that is left to the full set: one more make, or one that takes long or needs a quiet machine. */
const FULL = mark('full');

/** The spec files of the groups: those that may run beside others, and those that run one at a time. */
export interface Specs {
  beside: string[];
  alone: string[];
}

/**
 * Finds the spec files of groups.
 * @param folder the folder of the groups
 * @param isFull whether those of the full set are among them
 */
export function specsOf(folder: string, groups: readonly string[], isFull: boolean): Specs {
  const specs: Specs = { beside: [], alone: [] };
  for (const file of groups.flatMap((group) => globSync(`${folder}/${group}/**/*.spec.{ts,tsx}`)).toSorted()) {
    const text = readFileSync(file, 'utf8');
    if (isFull || !FULL.test(text)) specs[ALONE.test(text) ? 'alone' : 'beside'].push(file);
  }
  return specs;
}
