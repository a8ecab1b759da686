import type { Plan } from './plan.ts';

/** What has a place of its own in the line, is the same by default, or matters at the very first start alone. */
const NOT_CARRIED = new Set(['PORT', 'HOST', 'SEED']);
/** What must not be shown: the shell that starts the service has to know it. */
const SECRET = /(KEY|SECRET|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL)$/;
const PLAIN = /^[\w.,:/@+-]+$/;

/**
 * The command that starts one service again beside the others, where the launcher had put it, by the settings it had.
 * @param given the names of those that it was given
 */
export function startAlone({ name, port, portSetting, environment }: Plan, given: readonly string[]): string {
  const byDefault = !process.env.PORT && !process.env[portSetting];
  const settings = given.flatMap((setting) => {
    const value = environment[setting] ?? process.env[setting];
    return value === undefined || NOT_CARRIED.has(setting) ? [] : [`${setting}=${quoted(setting, value)}`];
  });
  return [...(byDefault ? [] : [`PORT=${port}`]), ...settings, `npm run start:${name}`].join(' ');
}

/** A value as a POSIX shell reads it; one that is secret comes from the shell itself, which says so where it has none. */
function quoted(setting: string, value: string): string {
  if (SECRET.test(setting)) return `"\${${setting}:?}"`;
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
