import { isIP } from 'node:net';
import { z } from 'zod';
import { unknownSettings } from './likely-settings.ts';
import { isSecret, readSecretFiles } from './secrets.ts';

/** BSD's EX_CONFIG: the process was not started because its settings are invalid. */
export const EXIT_CONFIG = 78;

/** The exit code of a process with wrong arguments, as BSD's EX_USAGE. */
export const EXIT_USAGE = 64;

/** What is wrong with one setting. */
export interface SettingProblem {
  setting: string;
  message: string;
}

/** Wrong settings. The message names all of them. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  /** The same by setting, where that is known. */
  readonly problems: readonly SettingProblem[];

  constructor(message: string, problems: readonly SettingProblem[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** A set variable that a process has read. */
export interface GivenSetting {
  name: string;
  /** Whether its value must not be shown; the path of a secret's file may. */
  isSecret: boolean;
}

const given = new Map<string, GivenSetting>();

/** All set variables that this process has read, by name. */
export const givenSettings = (): GivenSetting[] => [...given.values()].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * The variables that are close to a setting of this process without being one, with what is likely meant, as sentences for an
 * operator.
 */
export const misspeltSettings = (environment: NodeJS.ProcessEnv): string[] => unknownSettings(environment, known);

/** The settings that this process has read, with whether they are secret. */
const known = new Map<string, boolean>();

/**
 * Validates the environment against a schema whose keys are the names of the variables. An empty or blank variable
 * counts as unset. Blanks and line ends around a value are no part of it; of a secret only line ends at its end, which
 * files with CRLF leave there. Settings that are marked as `secret` may be given as files.
 * @throws {SettingsError} naming every invalid variable and the reason; never its value.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): Readonly<z.infer<Schema>> {
  const secrets = readSecretFiles(schema, environment);
  const isOneSecret = (name: string) => name in schema.shape && isSecret(schema.shape[name] as z.ZodType);
  const set = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const text = isOneSecret(name) ? value?.replace(/[\r\n]+$/, '') : value?.trim();
      return text?.trim() ? [[name, text]] : [];
    }),
  );
  const values = { ...set, ...secrets.values };
  for (const name of Object.keys(schema.shape)) {
    known.set(name, isOneSecret(name));
    if (name in set) given.set(name, { name, isSecret: isOneSecret(name) });
    else if (name in values) given.set(`${name}_FILE`, { name: `${name}_FILE`, isSecret: false });
  }
  // Compiling the schema takes longer than the one time that it is used.
  const checked = schema.safeParse(values, { jitless: true });
  const isWrong = (name: string) => checked.error?.issues.some(({ path }) => path[0] === name) ?? false;
  const miswritten = Object.keys(schema.shape).flatMap((setting) => {
    // A password may have quotes; an address that is wrong most likely has them by mistake.
    const isExempt = isOneSecret(setting) && !isWrong(setting);
    const message = isExempt ? undefined : miswriting(set[setting] ?? '');
    return message ? [{ setting, message }] : [];
  });
  if (checked.success && !secrets.problems.length && !miswritten.length) {
    const settings = Object.freeze(checked.data);
    rereaders.set(settings, () => readSettings(schema, environment));
    return settings;
  }
  const isMiswritten = (name: string) => miswritten.some(({ setting }) => setting === name);
  const unread = new Set(secrets.problems.map(({ setting }) => setting.replace(/_FILE$/, '')));
  const wrong = (checked.error?.issues ?? [])
    // That a secret is missing follows from its file.
    .filter(({ path }) => !unread.has(String(path[0])) && !isMiswritten(String(path[0])))
    .map(({ path, message, code }) => {
      const isMissing = code === 'invalid_type' && !(String(path[0]) in values);
      return { setting: path.join('.'), message: isMissing ? 'must be set' : message };
    });
  const problems = [...secrets.problems, ...miswritten, ...wrong];
  const lines = problems.map(({ setting, message }) => `  ${setting}: ${message}`);
  throw new SettingsError(`These settings are wrong:\n${lines.join('\n')}`, problems);
}

/** How settings are read again, by the settings. */
const rereaders = new WeakMap<object, () => unknown>();

/**
 * Reads the environment and the files of settings again. Settings that were made otherwise are returned as they are.
 * @param settings as `readSettings` has returned them
 * @throws {SettingsError} as `readSettings` does
 */
export const rereadSettings = <Settings extends object>(settings: Settings): Settings =>
  (rereaders.get(settings)?.() ?? settings) as Settings;

const QUOTED = /^(["']).*\1$/s;
const COMMENTED = /(^|\s)#(\s|$)/;

/** What a shell would have taken from a value, and some readers of environment files keep; undefined for nothing. */
function miswriting(value: string): string | undefined {
  if (QUOTED.test(value)) return 'must not be in quotes, which docker --env-file keeps';
  if (COMMENTED.test(value)) return 'must not have a comment, which docker --env-file and systemd keep';
  return undefined;
}

const whole = (min: number, max: number, what: string) =>
  z.coerce
    .number(`must be ${what}`)
    .int(`must be ${what}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

/** Labels of letters, digits, hyphens and underscores. */
const HOST_NAME = /^(?=.{1,253}$)\w([\w-]{0,62})(\.\w[\w-]{0,62})*$/;

/** The address that a server listens at; IPv6 may be in brackets, as in URLs. */
export const host = (byDefault: string) =>
  z
    .string()
    .transform((value) => value.replace(/^\[(.*)\]$/, '$1'))
    .refine(
      (value) => isIP(value) !== 0 || HOST_NAME.test(value),
      'must be an IP address or a host name, without scheme and port; 0.0.0.0 or :: for all addresses',
    )
    .default(byDefault);

/** A TCP port; 0 lets the system choose. */
export const port = (byDefault: number) => whole(0, 65535, 'a port number').default(byDefault);

/** Milliseconds. */
export const milliseconds = (byDefault: number, min = 1, max = 3_600_000) =>
  whole(min, max, 'a whole number of milliseconds').default(byDefault);

/** A count. */
export const count = (byDefault: number, min = 1, max = 1_000_000) =>
  whole(min, max, 'a whole number').default(byDefault);

/** Bytes. */
export const bytes = (byDefault: number, max = 1_073_741_824, min = 1) =>
  whole(min, max, 'a whole number of bytes').default(byDefault);
