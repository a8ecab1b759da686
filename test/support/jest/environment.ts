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

/** What jest replaces: the console, and what fake timers do (https://jestjs.io/docs/jest-object#fake-timers). */
const REAL_GLOBALS = ownProperties(globalThis, [
  'Date',
  'cancelAnimationFrame',
  'clearImmediate',
  'clearInterval',
  'clearTimeout',
  'console',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
const REAL_OF_PROCESS = ownProperties(process, ['exit', 'hrtime', 'nextTick']);
const REAL_OF_PERFORMANCE = ownProperties(performance, ['mark', 'measure', 'now', 'timeOrigin']);

/** The own properties of an object among some; undefined for one that it inherits or lacks. */
function ownProperties(of: object, names: readonly string[]): [name: string, PropertyDescriptor | undefined][] {
  return names.map((name) => [name, Object.getOwnPropertyDescriptor(of, name)]);
}

/** Gives an object its properties back: a spy on a fake timer outlives the fake. */
function restore(object: object, properties: ReturnType<typeof ownProperties>): void {
  for (const [name, descriptor] of properties) {
    if (descriptor) Object.defineProperty(object, name, descriptor);
    else Reflect.deleteProperty(object, name);
  }
}

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

  constructor({ projectConfig }: JestEnvironmentConfig) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    this.conditions = projectConfig.testEnvironmentOptions['customExportConditions'] as string[];
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimersModern.dispose();
    restore(globalThis, REAL_GLOBALS);
    restore(process, REAL_OF_PROCESS);
    restore(performance, REAL_OF_PERFORMANCE);
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
