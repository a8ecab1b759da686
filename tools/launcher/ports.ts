import { assertPortFree, SettingsError } from '#libs/process';
import type { Plans } from './plan.ts';

/** @throws {SettingsError} if processes have the same port; it names all of them */
export function assertOwnPorts({
  gateway,
  services,
  adminPort,
}: Pick<Plans, 'gateway' | 'services' | 'adminPort'>): void {
  const admin = { portSetting: 'ADMIN_PORT', port: adminPort };
  const byPort = Map.groupBy([gateway, admin, ...services], ({ port }) => port);
  const shared = [...byPort].flatMap(([port, plans]) => {
    const names = inWords.format(plans.map(({ portSetting }) => portSetting));
    const count = plans.length > 2 ? 'all' : 'both';
    return plans.length > 1 ? [`${names} are ${count} ${port}: each process needs its own.`] : [];
  });
  if (shared.length)
    throw new SettingsError(['Ports are not distinct:', ...shared.map((line) => `  ${line}`)].join('\n'));
}

const inWords = new Intl.ListFormat('en', { type: 'conjunction' });

/**
 * Checks that the ports of all processes are distinct and free.
 * @throws {SettingsError} if two have the same port
 * @throws {PortInUseError} if another process listens; it names the setting of the port
 */
export async function assertPorts({ gateway, services, adminPort, adminHost }: Plans): Promise<void> {
  assertOwnPorts({ gateway, services, adminPort });
  const all = [gateway, ...services];
  for (const { host, port, portSetting } of all) await assertPortFree(host, port, portSetting);
  await assertPortFree(adminHost, adminPort, 'ADMIN_PORT', 'ADMIN_HOST');
}
