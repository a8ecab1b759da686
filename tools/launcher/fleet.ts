import type { GivenSetting } from '#libs/process';
import { type Child, type Ending, type OnLine, startChild } from './child.ts';
import type { Plan, Plans } from './plan.ts';

/** A process may take 15.5 seconds with the longest drain; after this many milliseconds it is killed. */
const GRACE_MS = 17_000;

/** Options of a fleet: how it runs processes, and its listeners. */
export interface FleetOptions {
  /** The arguments of Node for a process. */
  command(plan: Plan): string[];
  /** Variables of all processes; by default those of the launcher. */
  environment?: NodeJS.ProcessEnv;
  /** Called for every output line of a process. */
  onLine: OnLine;
  /** Called for a process that ended unexpectedly. */
  onLoss(plan: Plan, ending: Ending, pid: number | undefined): void;
}

/** The processes that run together, and the order in which they stop. */
export class Fleet {
  readonly #children = new Map<string, Child>();
  readonly #stopRequested = new WeakSet<Child>();
  readonly #settings = new Map<string, readonly GivenSetting[]>();
  readonly #plans: Plans;
  readonly #options: FleetOptions;

  constructor(plans: Plans, options: FleetOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  /** Starts a process; resolves to whether it listens. */
  start(plan: Plan): Promise<boolean> {
    const environment = { ...process.env, ...this.#options.environment, ...plan.environment };
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

  /** The process id of a running process. */
  pidOf(name: string): number | undefined {
    return this.#children.get(name)?.pid;
  }

  /** The settings of a process in the environment of its last start. */
  settingsOf(name: string): readonly GivenSetting[] {
    return this.#settings.get(name) ?? [];
  }

  /** Stops one process gracefully. */
  async stop(name: string): Promise<void> {
    const child = this.#children.get(name);
    if (!child) return;
    this.#stopRequested.add(child);
    await child.stop(GRACE_MS);
  }

  /** Stops the gateway first, so that no answer is incomplete, and then all services concurrently. */
  async stopAll(): Promise<void> {
    await this.stop(this.#plans.gateway.name);
    await Promise.all(this.#plans.services.map(({ name }) => this.stop(name)));
  }

  /** Kills every process. */
  killAll(): void {
    for (const child of this.#children.values()) child.kill();
  }
}
