import { jobKind, type JobKindSettings, type RunningJob } from '#libs/jobs';
import type { Context } from '#libs/upstream';
import { Injectable, type Type } from '@nestjs/common';
import type { z } from 'zod';
import type { Schedule } from './schedule.ts';

/** The metadata key of the kind of jobs that a class runs. */
const KIND = 'atrium/job-kind';

/** What a class declares of the jobs that it runs. */
export interface JobKindDeclaration<Input>
  extends Pick<JobKindSettings, 'name'>, Partial<Omit<JobKindSettings, 'name'>> {
  /** The schema of the input. A job that an earlier release added, and whose input no longer fits it, fails. */
  input: z.ZodType<Input>;
  /** When jobs of the kind are added by themselves, with the input `{}`. */
  schedule?: Schedule;
}

/** Runs jobs of a kind. */
export interface RunsJobs<Input = never, Result extends object | void = object | void> {
  /**
   * Runs an attempt of a job. It may run twice: its effects must be idempotent, by `job.id`. It stops soon after `job.signal`
   * is aborted, as `context` ends then, too. Upstreams are called for the owner, with the scopes of the request that added it.
   * @returns the result that the owner reads, at most 256 kB of JSON
   * @throws {GatewayError} its code and detail are what the owner reads; with a 4xx status it is not tried again
   */
  run(context: Context, job: RunningJob<Input>): Promise<Result>;
}

/** A class that runs jobs with this input. */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever its constructor takes
export type JobClass<Input> = new (...given: any[]) => RunsJobs<Input>;

/**
 * Declares that a class runs the jobs of a kind. As a provider of a module it is found at start; no list names it. Each process
 * of the gateway runs jobs, unless `JOBS=off`.
 */
export const JobKind =
  <Input>(declaration: JobKindDeclaration<Input>) =>
  (target: JobClass<Input>): void => {
    Injectable()(target);
    // A wrong name fails here, not at start.
    jobKind(declaration);
    Reflect.defineMetadata(KIND, declaration, target);
  };

/** The kind of jobs that a class runs; undefined if it runs none. */
export const declaredKind = (target: Type<unknown>): JobKindDeclaration<unknown> | undefined =>
  Reflect.getOwnMetadata(KIND, target) as JobKindDeclaration<unknown> | undefined;

/** The settings of a declared kind. */
export function settingsOf({ input: _, schedule: __, ...settings }: JobKindDeclaration<unknown>): JobKindSettings {
  return jobKind(settings);
}
