import { z } from 'zod';

/** BSD's EX_CONFIG: the process was not started because its settings are invalid. */
export const EXIT_CONFIG = 78;

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

const given: Set<string> = new Set();

/** The names of all set variables that this process has read. */
export const givenSettings = (): string[] => [...given].sort();

/**
 * Validates the environment against a schema whose keys are the names of the variables. An empty or blank variable
 * counts as unset.
 * @throws {SettingsError} naming every invalid variable and the reason; never its value.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): Readonly<z.infer<Schema>> {
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  for (const name of Object.keys(schema.shape)) if (name in values) given.add(name);
  const checked = schema.safeParse(values);
  if (checked.success) return Object.freeze(checked.data);
  const problems = checked.error.issues.map(({ path, message, code }) => {
    const isMissing = code === 'invalid_type' && !(String(path[0]) in values);
    return { setting: path.join('.'), message: isMissing ? 'must be set' : message };
  });
  const lines = problems.map(({ setting, message }) => `  ${setting}: ${message}`);
  throw new SettingsError(`These settings are wrong:\n${lines.join('\n')}`, problems);
}

const whole = (min: number, max: number, what: string) =>
  z.coerce
    .number(`must be ${what}`)
    .int(`must be ${what}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

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
