import { type SettingProblem, SettingsError } from '#libs/process';

/** `orders.timeoutMs: must be …`, as settings that are files report what is wrong in them. */
const IN_FILE = /^([^\s:]+): (.+)$/s;

/** What is wrong, by setting and path: `UPSTREAMS_FILE.orders.timeoutMs`. @throws {unknown} any error but a `SettingsError` */
export function problemsOf(error: unknown): SettingProblem[] {
  if (!(error instanceof SettingsError)) throw error;
  return error.problems.map(({ setting, message }) => {
    const [, path, why] = setting.endsWith('_FILE') ? (IN_FILE.exec(message) ?? []) : [];
    return path === undefined ? { setting, message } : { setting: `${setting}.${path}`, message: why! };
  });
}
