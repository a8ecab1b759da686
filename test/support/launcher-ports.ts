import { freePort } from '#libs/testing';
import { launcherSettings } from '#tools/launcher/plan';

/** Settings that give every process of `npm start` a free port. */
export async function launcherPorts(): Promise<Record<string, string>> {
  const names = Object.keys(launcherSettings.shape).filter((name) => /(^|_)PORT$/.test(name));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)),
  );
}
