import { Config, filesOf, rereadConfig } from '#gateway/config/config';
import { Audit } from '#gateway/identity/audit/audit';
import { type SettingProblem, SettingsError } from '#libs/process';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { changesBetween } from './changes.ts';
import { problemsOf } from './problems.ts';
import type { ReloadCheck, ReloadCause } from './reload-messages.ts';
import { ReloadTargets } from './reload-targets.ts';

/** Reloads the settings of this process in two steps: `check` reads and checks everything, `apply` switches. */
@Injectable()
export class Reloads {
  /** The settings in use. */
  current: Config;
  /** The number of reloads by outcome. */
  readonly counts = { applied: 0, unchanged: 0, refused: 0 };
  private candidate: Config | undefined;
  /** The files of the last check: what was wrong may be mended in one that the settings in use do not name. */
  private checkedPaths: ReadonlySet<string> = new Set();

  constructor(
    config: Config,
    private readonly targets: ReloadTargets,
    private readonly audit: Audit,
    private readonly logger: PinoLogger,
  ) {
    this.current = config;
  }

  /** Identifies the content of the files that the settings in use were read from. */
  get version(): string {
    return filesOf(this.current).version;
  }

  /** The files that settings were read from, those of a refused reload included. */
  get files(): ReadonlySet<string> {
    return new Set([...filesOf(this.current).paths, ...this.checkedPaths]);
  }

  /** Reads all files again and checks them as a whole. Changes nothing. */
  check(): ReloadCheck {
    this.candidate = undefined;
    const read = rereadConfig(this.current);
    const { version, paths } = read;
    this.checkedPaths = paths;
    if ('error' in read) return { version, changes: [], problems: problemsOf(read.error) };
    const problems = this.targets.problems(read.value);
    if (problems.length) return { version, changes: [], problems };
    this.candidate = read.value;
    return { version, changes: changesBetween(this.current, read.value), problems: [] };
  }

  /** Switches to the settings that were checked last. @returns what has changed */
  apply(): readonly string[] {
    const { candidate } = this;
    if (!candidate) throw new SettingsError('No settings were checked.');
    const changes = changesBetween(this.current, candidate);
    if (changes.length) this.targets.apply(candidate);
    this.current = candidate;
    this.candidate = undefined;
    this.counts[changes.length ? 'applied' : 'unchanged'] += 1;
    return changes;
  }

  /** Writes what has changed to the audit log; nothing if nothing has. @param context of the request to reload */
  reportApplied(cause: ReloadCause, changes: readonly string[], context?: Context): void {
    if (!changes.length) return;
    this.audit.write(context, 'settings.reloaded', { userId: context?.caller.id, reason: cause, changes });
  }

  /** Writes to the log and to the audit log why nothing was changed. */
  reportRefused(cause: ReloadCause, problems: readonly SettingProblem[], context?: Context): void {
    this.counts.refused += 1;
    this.logger.warn({ cause, problems }, 'changed settings are refused: nothing was changed');
    const changes = problems.map(({ setting, message }) => `${setting}: ${message}`);
    this.audit.write(context, 'settings.refused', { userId: context?.caller.id, reason: cause, changes });
  }
}
