import { ACTIVITY, type ActivityDeclaration } from '#gateway/declare/activity';
import { EventLog } from '#libs/events';
import { Context } from '#libs/upstream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { activity } from './operations-topics.ts';
import { OperatorsWatch } from './operators-watch.ts';

/** The most frequent activities published by a process, per second; what is beyond it is counted. */
const MAX_PER_SECOND = 20;

type RunFunction = (...args: unknown[]) => unknown;

/** Publishes what callers do by running use cases that declare `@Activity`. */
@Injectable()
export class PublishActivities implements OnModuleInit {
  private second = 0;
  private published = 0;
  private omitted = 0;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly eventLog: EventLog,
    private readonly watch: OperatorsWatch,
  ) {}

  onModuleInit(): void {
    for (const { providers } of this.modules.values())
      for (const { instance } of providers.values()) {
        const useCase = instance as { run?: RunFunction } | null | undefined;
        if (typeof useCase?.run !== 'function') continue;
        const declared = Reflect.getMetadata(ACTIVITY, useCase.constructor) as ActivityDeclaration | undefined;
        if (declared && !Object.hasOwn(useCase, 'run'))
          useCase.run = this.noting(declared, useCase.run.bind(useCase));
      }
  }

  /** Runs a use case, and publishes that it was run once it has answered. Its answer does not wait for that. */
  private noting(declared: ActivityDeclaration, run: RunFunction): RunFunction {
    return (...args) => {
      const answer = run(...args);
      if (!declared.isFrequent || this.watch.isWatched)
        void Promise.resolve(answer).then(
          (value) => this.note(declared, value, args),
          () => {},
        );
      return answer;
    };
  }

  private note(
    { event, aboutOf, onceBy, isFrequent }: ActivityDeclaration,
    answer: unknown,
    [context, ...args]: unknown[],
  ): void {
    const about = aboutOf
      ? (aboutOf as (...all: unknown[]) => Record<string, string> | undefined)(answer, ...args)
      : {};
    if (!about || !(context instanceof Context) || (isFrequent && !this.mayPublish())) return;
    const { omitted } = this;
    this.omitted = 0;
    const data = { event, userId: context.caller.id, ...about, ...(omitted && { omitted }) };
    const key = onceBy && `activity:${event}:${(onceBy as (answer: unknown) => string)(answer)}`;
    this.eventLog.publish(activity, { type: 'activity', data }, key);
  }

  private mayPublish(): boolean {
    const second = Math.floor(performance.now() / 1_000);
    if (second !== this.second) this.published = 0;
    this.second = second;
    if (this.published >= MAX_PER_SECOND) {
      this.omitted += 1;
      return false;
    }
    this.published += 1;
    return true;
  }
}
