import type { Plan } from './plan.ts';

/** Settings with a fixed place in the command, with default values, or relevant only for the first start. */
const NOT_CARRIED = new Set(['PORT', 'HOST', 'SEED']);
/** Secrets, which are not shown: the shell that restarts the service must have them. */
const SECRET = /(KEY|SECRET|PASSWORD|TOKEN|DATABASE_URL|REDIS_URL)$/;
const PLAIN = /^[\w.,:/@+-]+$/;

/**
 * The command that restarts one service on its port with its settings.
 * @param given the names of its settings in the environment
 */
export function startAlone({ name, port, portSetting, environment }: Plan, given: readonly string[]): string {
  const byDefault = !process.env.PORT && !process.env[portSetting];
  const settings = given.flatMap((setting) => {
    const value = environment[setting] ?? process.env[setting];
    return value === undefined || NOT_CARRIED.has(setting) ? [] : [`${setting}=${quoted(setting, value)}`];
  });
  return [...(byDefault ? [] : [`PORT=${port}`]), ...settings, `npm run start:${name}`].join(' ');
}

/** A value quoted for a POSIX shell; a secret is expanded by the shell, which fails if it is unset. */
function quoted(setting: string, value: string): string {
  if (SECRET.test(setting)) return `"\${${setting}:?}"`;
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
