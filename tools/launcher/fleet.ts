import { type Child, type Ending, type OnLine, startChild } from './child.ts';
import type { Plan, Plans } from './plan.ts';

/** A process may drain for ten seconds; after this many milliseconds it is ended. */
const GRACE_MS = 12_000;

/** How a fleet runs its processes, and whom it tells about them. */
export interface FleetOptions {
  /** What Node is given to run a process. */
  command(plan: Plan): string[];
  /** Told every line a process writes. */
  onLine: OnLine;
  /** Told of a process that ended although nobody had asked it to. */
  onLoss(plan: Plan, ending: Ending, pid: number | undefined): void;
}

/** The processes that run together, and the order in which they stop. */
export class Fleet {
  readonly #children = new Map<string, Child>();
  readonly #stopRequested = new WeakSet<Child>();
  readonly #settings = new Map<string, readonly string[]>();
  readonly #plans: Plans;
  readonly #options: FleetOptions;

  constructor(plans: Plans, options: FleetOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  /** Starts one process; resolves to whether it got as far as listening. */
  start(plan: Plan): Promise<boolean> {
    const environment = { ...process.env, ...plan.environment };
    const child = startChild(plan.name, this.#options.command(plan), environment, this.#options.onLine);
    this.#children.set(plan.name, child);
    void child.ended.then((ending) => {
      this.#children.delete(plan.name);
      if (!this.#stopRequested.has(child)) this.#options.onLoss(plan, ending, child.pid);
    });
    return child.ready.then((isReady) => {
      if (isReady) this.#settings.set(plan.name, child.settings);
      return isReady;
    });
  }

  /** The process id of a process that runs. */
  pidOf(name: string): number | undefined {
    return this.#children.get(name)?.pid;
  }

  /** The names of the settings that a process was given when it was started last. */
  settingsOf(name: string): readonly string[] {
    return this.#settings.get(name) ?? [];
  }

  /** Lets one process drain and end. */
  async stop(name: string): Promise<void> {
    const child = this.#children.get(name);
    if (!child) return;
    this.#stopRequested.add(child);
    await child.stop(GRACE_MS);
  }

  /** Stops the gateway, so that nobody is answered in part, and then the services all at once. */
  async stopAll(): Promise<void> {
    await this.stop(this.#plans.gateway.name);
    await Promise.all(this.#plans.services.map(({ name }) => this.stop(name)));
  }

  /** Ends every process now. */
  killAll(): void {
    for (const child of this.#children.values()) child.kill();
  }
}
