import { type JobKindSettings } from '#libs/jobs';
import { GatewayError } from '#libs/errors';
import { Injectable, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { declaredKind, type JobKindDeclaration, type RunsJobs, settingsOf } from './job-kind.ts';

/** A kind of jobs, and the class that runs them. */
export interface RegisteredKind {
  declaration: JobKindDeclaration<unknown>;
  settings: JobKindSettings;
  /** The provider that runs its jobs. */
  runner(): RunsJobs;
}

/** All kinds of jobs that providers of the application declare. */
@Injectable()
export class JobRegistry {
  readonly kinds: ReadonlyMap<string, RegisteredKind>;

  /** @throws {Error} if two classes declare the same kind */
  constructor(modules: ModulesContainer) {
    const kinds = new Map<string, RegisteredKind>();
    for (const { providers } of modules.values())
      for (const wrapper of providers.values()) {
        const declaration = wrapper.metatype && declaredKind(wrapper.metatype as Type<unknown>);
        if (!declaration) continue;
        const { name } = declaration;
        if (kinds.has(name)) throw new Error(`Two classes run the jobs ${name}.`);
        kinds.set(name, {
          declaration,
          settings: settingsOf(declaration),
          runner: () => wrapper.instance as RunsJobs,
        });
      }
    this.kinds = kinds;
  }

  /** A kind by its name. @throws {GatewayError} INTERNAL for a job of another release */
  of(name: string): RegisteredKind {
    const kind = this.kinds.get(name);
    if (!kind) throw new GatewayError('INTERNAL', { cause: `no class runs the jobs ${name}` });
    return kind;
  }
}
