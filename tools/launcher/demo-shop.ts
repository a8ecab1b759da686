import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '#apps/demo';
import { freePort } from '#libs/process';
import { buildWhatIsNew } from './build.ts';
import { Fleet } from './fleet.ts';
import { writeIssuers } from './identity.ts';
import { print } from './output.ts';
import { planProcesses, type Plans } from './plan.ts';

const GATEWAYS = ['PORT', 'ADMIN_PORT', 'IDENTITY_PORT'];

/** The processes of `npm start` on free ports, with data of their own, for tools that look at the shop from outside. */
export class DemoShop {
  private constructor(
    private readonly plans: Plans,
    private readonly fleet: Fleet,
    private readonly folder: string,
  ) {}

  /** Builds what has changed, and starts all. @param environment settings of all processes @throws {Error} if one does not start */
  static async open(environment: NodeJS.ProcessEnv = {}): Promise<DemoShop> {
    await buildWhatIsNew(() => print('Building …'));
    const folder = mkdtempSync(join(tmpdir(), 'atrium-demo-'));
    const names = [...GATEWAYS, ...Object.keys(demo.services).map((name) => `${name.toUpperCase()}_PORT`)];
    const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, `${await freePort()}`])));
    const all = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATA_DIR: folder,
      STORAGE_URL: `file:${join(folder, 'files')}`,
      NODE_COMPILE_CACHE: 'node_modules/.cache/atrium',
      ...ports,
      ...environment,
    };
    const plans = planProcesses(all);
    if (plans.identity) writeIssuers(plans.identity);
    const fleet = new Fleet(plans, {
      command: ({ name }) => [`dist/bundles/${name}.js`],
      environment: all,
      onLine: (name, line) => process.stderr.write(`${name} ${line}\n`),
      onLoss: () => {},
    });
    const shop = new DemoShop(plans, fleet, folder);
    const started = await Promise.all([...plans.services, plans.gateway].map((plan) => fleet.start(plan)));
    if (started.every(Boolean)) return shop;
    await shop.close();
    throw new Error('A process of the shop did not start.');
  }

  /** Where browsers find it. */
  get url(): string {
    return this.plans.url;
  }

  /** Kills a service, as the kernel would. */
  kill(name: string): void {
    process.kill(this.fleet.pidOf(name)!, 'SIGKILL');
  }

  /** Starts a service again, with its data. */
  async revive(name: string): Promise<void> {
    await this.fleet.start(this.plans.services.find((plan) => plan.name === name)!);
  }

  /** Stops all, and removes the data. */
  async close(): Promise<void> {
    await this.fleet.stopAll();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
