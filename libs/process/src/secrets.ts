import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { whatIsDenied } from '#libs/confinement';
import type { z } from 'zod';
import { readSecretFile } from './settings-files.ts';
import type { SettingProblem } from './settings.ts';

/**
 * Marks a setting as a secret. Besides by its variable `NAME` it can then be given as the file that `NAME_FILE` names, or as the
 * systemd credential `NAME` (https://systemd.io/CREDENTIALS/). Mark the outermost schema: the mark is not inherited.
 */
export const secret = <Schema extends z.ZodType>(schema: Schema): Schema =>
  schema.meta({ ...schema.meta(), isSecret: true });

/** Whether a setting was marked by `secret`. */
export const isSecret = (schema: z.ZodType): boolean => schema.meta()?.['isSecret'] === true;

/** The names of the secrets of a schema. */
export const secretsIn = ({ shape }: z.ZodObject): string[] =>
  Object.keys(shape).filter((name) => isSecret(shape[name] as z.ZodType));

/**
 * Reads the secrets that an environment gives as files. Line ends at the end of a file are no part of the secret.
 * @returns the secrets by setting, and what is wrong by the variable that has to be changed
 */
export function readSecretFiles(
  schema: z.ZodObject,
  environment: NodeJS.ProcessEnv,
): { values: Record<string, string>; problems: SettingProblem[] } {
  const values: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  for (const name of secretsIn(schema)) {
    const all = placesOf(name, environment);
    const files = all.filter(({ path }) => path !== undefined);
    const [file] = files;
    if (!file) continue;
    const refuse = (message: string) => problems.push({ setting: file.setting, message });
    if (all.length > 1) {
      const others = all.filter((one) => one !== file).map(({ source }) => source);
      refuse(`must not be set together with ${others.join(' and ')}`);
      continue;
    }
    try {
      const text = readSecretFile(file.path!).replace(/[\r\n]+$/, '');
      if (text.trim()) values[name] = text;
      else refuse('the file is empty');
    } catch (error) {
      refuse(`the file cannot be read: ${whatIsDenied(error) ?? (error as NodeJS.ErrnoException).code}`);
    }
  }
  return { values, problems };
}

interface Place {
  /** The variable that gives it. */
  setting: string;
  /** The same for an error message. */
  source: string;
  path?: string;
}

/** Where an environment gives a secret. */
function placesOf(name: string, environment: NodeJS.ProcessEnv): Place[] {
  const places: Place[] = [];
  const variable = `${name}_FILE`;
  const path = environment[variable]?.trim();
  if (path) places.push({ setting: variable, source: variable, path });
  const folder = environment['CREDENTIALS_DIRECTORY'];
  const credential = folder ? join(folder, name) : undefined;
  if (credential && existsSync(credential))
    places.push({ setting: name, source: `the credential ${name}`, path: credential });
  if (environment[name]?.trim()) places.push({ setting: name, source: `the variable ${name}` });
  return places;
}
