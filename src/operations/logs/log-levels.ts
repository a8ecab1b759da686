import type { Config } from '#gateway/config/config';
import { levelOfFramework, LOG_LEVELS, type Logger } from '#libs/observe';

/** A level of LOG_LEVEL. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A level for some time, in place of the configured one. */
export interface LevelOverride {
  /** The logger; all where it is undefined. */
  logger?: string;
  level: LogLevel;
  /** When it ends, in milliseconds since the epoch. */
  until: number;
}

/** The level of a logger, for operators. */
export interface LoggerLevel {
  logger: string;
  level: string;
  /** The level by the settings. */
  configured: string;
  /** When the configured level returns, in ISO 8601; absent where it applies. */
  until?: string;
}

interface Adjustable {
  logger: Pick<Logger, 'level'>;
  configured: string;
  until?: number;
  ends?: NodeJS.Timeout;
}

/** The name of the logger of the framework. */
export const FRAMEWORK = 'framework';

/** The levels of the loggers of this process, which an operator can change for some time. */
export class LogLevels {
  private readonly loggers: Map<string, Adjustable>;

  /** @param loggers by name */
  constructor(loggers: Iterable<readonly [name: string, logger: Pick<Logger, 'level'>]>) {
    this.loggers = new Map([...loggers].map(([name, logger]) => [name, { logger, configured: logger.level }]));
  }

  /** The names of the loggers. */
  get names(): string[] {
    return [...this.loggers.keys()];
  }

  list(): LoggerLevel[] {
    return [...this.loggers].map(([name, { logger, configured, until }]) => ({
      logger: name,
      level: logger.level,
      configured,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    }));
  }

  /** Sets a level until its end; a later one for the same logger replaces it. One that has ended changes nothing. */
  set({ logger, level, until }: LevelOverride): void {
    const leftMs = until - Date.now();
    if (leftMs <= 0) return;
    for (const [name, one] of this.loggers) {
      if (logger !== undefined && logger !== name) continue;
      clearTimeout(one.ends);
      one.logger.level = level;
      one.until = until;
      one.ends = setTimeout(() => this.reset(one), leftMs).unref();
    }
  }

  /** Sets the level by the settings, from now on; a logger with a level for some time takes it when that ends. */
  apply({ LOG_LEVEL: level }: Pick<Config, 'LOG_LEVEL'>): void {
    for (const [name, one] of this.loggers) {
      one.configured = name === FRAMEWORK ? levelOfFramework(level) : level;
      if (one.until === undefined) one.logger.level = one.configured;
    }
  }

  /** Returns all loggers to their configured levels. */
  resetAll(): void {
    for (const one of this.loggers.values()) this.reset(one);
  }

  private reset(one: Adjustable): void {
    clearTimeout(one.ends);
    one.logger.level = one.configured;
    one.until = undefined;
  }
}
