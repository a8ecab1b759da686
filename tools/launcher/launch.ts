import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EXIT_CONFIG, SettingsError } from '#libs/process';
import { type Ending, inWords } from './child.ts';
import { Fleet } from './fleet.ts';
import { writeIssuers } from './identity.ts';
import { onEndOfNpm, onStop } from './on-stop.ts';
import { passOn, print } from './output.ts';
import { type Plan, planProcesses, type Plans } from './plan.ts';
import { assertPorts } from './ports.ts';
import { startAlone } from './start-alone.ts';
import { welcome } from './welcome.ts';

/** The timeout for the readiness of all processes, in milliseconds. */
const READY_WITHIN_MS = 60_000;

/** How the processes are run: as built by `npm start`, from their sources by `npm run dev`. */
export interface Launch {
  /** The arguments of Node for a process. */
  command(plan: Plan): string[];
  /** The command that restarts a lost service; `npm run start:…` by default. */
  revive?(plan: Plan): string;
  /** Runs before the first process starts, after the check of the ports. */
  prepare?(): Promise<void>;
  /** Runs once all have started; a lost process is then only reported, and does not stop the others. */
  supervise?(fleet: Fleet, plans: Plans): void;
}

/**
 * Runs all processes until a signal stops them (exit code 0) or an essential one ends (exit code 1). With invalid
 * settings none runs, and all of them are reported at once (exit code 78).
 */
export async function launch(how: Launch): Promise<void> {
  const startedAt = performance.now();
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let fleet: Fleet | undefined;

  const end = async (exitCode: number): Promise<void> => {
    if (phase === 'stopping') return;
    phase = 'stopping';
    print('Stopping …');
    await fleet?.stopAll();
    process.exit(exitCode);
  };
  /** @param first the settings that are known to be invalid, which may not be all */
  const refuse = async (first?: string): Promise<void> => {
    if (phase === 'stopping') return;
    phase = 'stopping';
    await fleet?.stopAll();
    const all = await wrongSettings();
    if (all) print(`These settings are wrong:\n${all}`);
    else if (first) print(first);
    process.exit(EXIT_CONFIG);
  };
  const revive = (plan: Plan): string =>
    how.revive?.(plan) ?? startAlone(plan, fleet?.settingsOf(plan.name) ?? []);
  const endNow = (): void => {
    fleet?.killAll();
    process.exit(1);
  };
  const onLoss = (plan: Plan, ending: Ending, pid: number | undefined): void => {
    if (phase === 'stopping') return;
    const lost = `${plan.name} (pid ${pid}) ${inWords(ending)}.`;
    if (phase === 'starting' && ending.exitCode === EXIT_CONFIG) {
      print(`${plan.name} did not start: it ${inWords(ending)}.`);
      return void refuse();
    }
    if (how.supervise) return print(`${lost} It restarts when a source file changes, or by: ${revive(plan)}`);
    if (phase === 'running' && plan.name !== 'gateway') return print(`${lost} ${revive(plan)} restarts it.`);
    print(`${plan.name} ${phase === 'starting' ? 'did not start: it ' : ''}${inWords(ending)}.`);
    void end(1);
  };

  onStop(() => void end(0), endNow);
  onEndOfNpm(() => void end(0));
  // The reader of the output has ended, so the launcher stops.
  process.stdout.on('error', () => void end(0));
  process.stderr.on('error', () => void end(0));

  try {
    const plans = planProcesses(process.env);
    await assertPorts(plans);
    await how.prepare?.();
    if (plans.identity) writeIssuers(plans.identity);

    const started = (fleet = new Fleet(plans, { command: how.command, onLine: passOn, onLoss }));
    const all = [...plans.services, plans.gateway];
    const firstStart = plans.hasDemoData ? '; the first start also creates the demo data' : '';
    print(`Starting ${all.map(({ name }) => name).join(', ')}${firstStart} …`);
    const waiting = new Set(all.map(({ name }) => name));
    const tooLate = setTimeout(() => {
      print(`Not ready after ${READY_WITHIN_MS / 1000} s: ${[...waiting].join(', ')}.`);
      void end(1);
    }, READY_WITHIN_MS);
    await Promise.all(all.map(async (plan) => (await started.start(plan)) && waiting.delete(plan.name)));
    clearTimeout(tooLate);

    if (phase !== 'starting' || (waiting.size > 0 && !how.supervise)) return;
    phase = 'running';
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(welcome(plans, { pidOf: (name) => started.pidOf(name), revive }, seconds));
    how.supervise?.(started, plans);
  } catch (error) {
    if (error instanceof SettingsError) return refuse(error.message);
    print(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

/** All invalid settings of all processes, one per line. Node cannot run the sources of their schemas directly. */
async function wrongSettings(): Promise<string> {
  const args = ['-C', 'atrium', '--import', './tools/swc-register.mjs', 'tools/wrong-settings.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout.trimEnd();
}
