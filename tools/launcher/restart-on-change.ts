import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { affected, isInPortal } from './affected.ts';
import type { Fleet } from './fleet.ts';
import { print } from './output.ts';
import type { Plan, Plans } from './plan.ts';

/** The debounce time for several saved files, in milliseconds. */
const SETTLE_MS = 100;

/**
 * Bundles the assets of pages, so that they have them without a build; what is wrong in them is reported. Those of the portal take
 * some seconds: they are bundled if there are none, or if one of them changed.
 * @param isPortalChanged whether a source of the portal's assets changed
 */
export async function buildAssets(isPortalChanged = false): Promise<void> {
  const report = ({ message }: Error) => print(message);
  const { buildStorefront, STOREFRONT } = await import('./storefront.ts');
  await buildStorefront(process.env.STOREFRONT_DIR || join('dist', STOREFRONT)).catch(report);
  const { buildPortal, PORTAL } = await import('./portal.ts');
  const portal = process.env.PORTAL_DIR || join('dist', PORTAL);
  if (!isPortalChanged && existsSync(join(portal, 'manifest.json'))) return;
  print('Bundling the scripts of /docs, which takes some seconds.');
  await buildPortal(portal).catch(report);
}

/** Restarts each process, the gateway last, when one of its source files changes. */
export function restartOnChange(fleet: Fleet, { gateway, services }: Plans): void {
  const plans = [...services, gateway];
  const changed = new Set<Plan>();
  let isPortalChanged = false;
  let timer: NodeJS.Timeout | undefined;
  let previous = Promise.resolve();

  const restart = async (): Promise<void> => {
    const concerned = plans.filter((plan) => changed.delete(plan));
    if (concerned.includes(gateway)) {
      const withPortal = isPortalChanged;
      isPortalChanged = false;
      await buildAssets(withPortal);
    }
    await Promise.all(
      concerned.map(async (plan) => {
        await fleet.stop(plan.name);
        if (await fleet.start(plan)) print(`${plan.name} was restarted with the change.`);
      }),
    );
  };
  const watched = (folder: string, name = folder): void => {
    watch(folder, { recursive: true }, (_, file) => {
      const path = file ? join(name, file) : undefined;
      const concerned = path ? affected(plans, path) : plans;
      if (concerned.length === 0) return;
      isPortalChanged ||= path !== undefined && isInPortal(path);
      for (const plan of concerned) changed.add(plan);
      clearTimeout(timer);
      timer = setTimeout(() => {
        previous = previous.then(restart);
      }, SETTLE_MS);
    });
  };
  for (const folder of ['src', 'apps', 'libs']) watched(folder);
  watched(process.env.CLIENTS_DIR || 'clients', 'clients');
  const released = process.env.RELEASED_DIR || 'released';
  if (existsSync(released)) watched(released, 'released');
}
