import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { RequestContext } from '#gateway/declare/request-context';
import { Audit } from '#gateway/identity/audit/audit';
import { LOG_LEVELS } from '#libs/observe';
import { isWorker } from '#libs/process';
import type { Context } from '#libs/upstream';
import { check } from '#libs/view';
import { Body, Controller, Get, type OnApplicationShutdown, Put, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { LogLevels } from './log-levels.ts';
import { WorkerLogLevels } from './worker-log-levels.ts';

/** A forgotten `debug` must end by itself. */
const MAX_SECONDS = 86_400;

/** Shows the levels of the loggers, and changes them for some time without a restart. */
@Limited({ isFree: true })
@ApiExcludeController()
@Controller({ path: 'admin/log-level', version: VERSION_NEUTRAL })
export class LogLevelsController implements OnApplicationShutdown {
  private readonly ofWorkers: WorkerLogLevels | undefined;

  constructor(
    private readonly levels: LogLevels,
    private readonly audit: Audit,
  ) {
    if (isWorker) this.ofWorkers = new WorkerLogLevels(levels);
  }

  @Scopes('admin')
  @Get()
  list() {
    return { loggers: this.levels.list() };
  }

  @Scopes('admin')
  @Put()
  change(@RequestContext() context: Context, @Body() body: unknown) {
    const change = z.strictObject({
      logger: z.enum(this.levels.names).optional(),
      level: z.enum(LOG_LEVELS),
      forSeconds: z.int().min(1).max(MAX_SECONDS),
    });
    const { logger, level, forSeconds } = check(change, body);
    const override = { logger, level, until: Date.now() + forSeconds * 1000 };
    this.levels.set(override);
    this.ofWorkers?.share(override);
    const userId = context.caller.id;
    this.audit.write(context, 'log-level.changed', { userId, logger: logger ?? 'all', level, forSeconds });
    return this.list();
  }

  onApplicationShutdown(): void {
    this.ofWorkers?.stop();
    this.levels.resetAll();
  }
}
