import type { JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** Where jest keeps what a suite sets for itself, as `jest.setTimeout` does. */
const OF_SUITE = [
  'TEST_TIMEOUT_SYMBOL',
  'RETRY_TIMES',
  'RETRY_IMMEDIATELY',
  'LOG_ERRORS_BEFORE_RETRY',
  'WAIT_BEFORE_RETRY',
];

/**
 * Runs a suite in the realm of its worker, so that modules which stay loaded and those of the suite have one `Error`
 * and one `Array`. Puts back what a suite changes of the process. See docs/decisions/0103.
 */
export default class SharedEnvironment implements JestEnvironment {
  /** Tells the runtime that suites may share modules. */
  readonly sharesModules = true;
  readonly global = globalThis as unknown as JestEnvironment['global'];
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  private readonly conditions: string[];
  private readonly env = { ...process.env };
  private readonly exit = process.exit;

  constructor({ projectConfig }: JestEnvironmentConfig) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    this.conditions = projectConfig.testEnvironmentOptions['customExportConditions'] as string[];
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    this.fakeTimersModern.dispose();
    process.exit = this.exit;
    for (const name of OF_SUITE) Reflect.deleteProperty(globalThis, Symbol.for(name));
    for (const name of Object.keys(process.env)) if (!(name in this.env)) delete process.env[name];
    Object.assign(process.env, this.env);
  }

  exportConditions(): string[] {
    return this.conditions;
  }

  /** There is none: everything runs in the worker's own. */
  getVmContext(): null {
    return null;
  }
}
