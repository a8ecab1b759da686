import type { GivenSetting } from '#libs/process';
import type { Plan } from './plan.ts';

/** Settings with a fixed place in the command, with default values, or relevant only for the first start. */
const NOT_CARRIED = new Set(['PORT', 'HOST', 'SEED']);
/** A URL with a password in it. */
const WITH_PASSWORD = /:\/\/[^/\s]*@/;
const PLAIN = /^[\w.,:/@+-]+$/;

/**
 * The command that restarts one service on its port with its settings.
 * @param given its settings in the environment. Secrets are not shown: the shell that restarts the service must have them.
 */
export function startAlone(
  { name, port, portSetting, environment }: Plan,
  given: readonly GivenSetting[],
): string {
  const byDefault = !process.env.PORT && !process.env[portSetting];
  const settings = given.flatMap(({ name: setting, isSecret }) => {
    const value = environment[setting] ?? process.env[setting];
    if (value === undefined || NOT_CARRIED.has(setting)) return [];
    // The shell expands it, and fails if it is unset.
    return [`${setting}=${isSecret || WITH_PASSWORD.test(value) ? `"\${${setting}:?}"` : quoted(value)}`];
  });
  return [...(byDefault ? [] : [`PORT=${port}`]), ...settings, `npm run start:${name}`].join(' ');
}

/** A value, or a path, quoted for a POSIX shell. */
export const quoted = (value: string): string =>
  PLAIN.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
