import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { affected } from './affected.ts';
import type { Fleet } from './fleet.ts';
import { print } from './output.ts';
import type { Plan, Plans } from './plan.ts';

/** The debounce time for several saved files, in milliseconds. */
const SETTLE_MS = 100;

/** Bundles the assets of the storefront, so that pages have them without a build; what is wrong in them is reported. */
export async function buildAssets(): Promise<void> {
  const { buildStorefront, STOREFRONT } = await import('./storefront.ts');
  await buildStorefront(process.env.STOREFRONT_DIR || join('dist', STOREFRONT)).catch(({ message }: Error) =>
    print(message),
  );
}

/** Restarts each process, the gateway last, when one of its source files changes. */
export function restartOnChange(fleet: Fleet, { gateway, services }: Plans): void {
  const plans = [...services, gateway];
  const changed = new Set<Plan>();
  let timer: NodeJS.Timeout | undefined;
  let previous = Promise.resolve();

  const restart = async (): Promise<void> => {
    const concerned = plans.filter((plan) => changed.delete(plan));
    if (concerned.includes(gateway)) await buildAssets();
    await Promise.all(
      concerned.map(async (plan) => {
        await fleet.stop(plan.name);
        if (await fleet.start(plan)) print(`${plan.name} was restarted with the change.`);
      }),
    );
  };
  const watched = (folder: string, name = folder): void => {
    watch(folder, { recursive: true }, (_, file) => {
      const concerned = file ? affected(plans, join(name, file)) : plans;
      if (concerned.length === 0) return;
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
