import { globSync, readFileSync } from 'node:fs';

/** The mark of a spec that measures, or that needs the machine for itself, in the comment at its top. */
const ALONE = /^\/\*\*(?:[^*]|\*(?!\/))*@alone\b/;

/** The spec files of the groups: those that may run beside others, and those that run one at a time. */
export interface Specs {
  beside: string[];
  alone: string[];
}

/** Finds the spec files of groups. @param folder the folder of the groups */
export function specsOf(folder: string, groups: readonly string[]): Specs {
  const files = groups.flatMap((group) => globSync(`${folder}/${group}/**/*.spec.{ts,tsx}`)).toSorted();
  const isAlone = (file: string) => ALONE.test(readFileSync(file, 'utf8'));
  return { beside: files.filter((file) => !isAlone(file)), alone: files.filter(isAlone) };
}
