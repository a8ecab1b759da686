import { assertPortFree, SettingsError } from '#libs/process';
import type { Plans } from './plan.ts';

/** @throws {SettingsError} if two processes have the same port */
export function assertOwnPorts({
  gateway,
  services,
  adminPort,
}: Pick<Plans, 'gateway' | 'services' | 'adminPort'>): void {
  const admin = { portSetting: 'ADMIN_PORT', port: adminPort };
  const taken = new Map<number, string>();
  for (const { port, portSetting } of [gateway, admin, ...services]) {
    const other = taken.get(port);
    if (other)
      throw new SettingsError(`${other} and ${portSetting} are both ${port}: each process needs its own.`);
    taken.set(port, portSetting);
  }
}

/**
 * Checks that the ports of all processes are distinct and free.
 * @throws {SettingsError} if two have the same port
 * @throws {PortInUseError} if another process listens; it names the setting of the port
 */
export async function assertPorts({ gateway, services, adminPort, adminHost }: Plans): Promise<void> {
  assertOwnPorts({ gateway, services, adminPort });
  const admin = { portSetting: 'ADMIN_PORT', port: adminPort, host: adminHost };
  for (const { host, port, portSetting } of [gateway, admin, ...services]) {
    await assertPortFree(host, port, portSetting);
  }
}
