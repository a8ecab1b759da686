import type { Dialect, Driver } from 'kysely';
import { StorageBusyError } from './storage-error.ts';

/** The use of a storage's connections. */
export interface PoolStatistics {
  /** The maximum number of connections in use. */
  readonly max: number;
  readonly inUse: number;
  /** Queries and transactions that wait for a connection. */
  readonly waiting: number;
  /** How many have waited in vain since the start. */
  readonly timeouts: number;
  /** How many were refused since the start, because too many waited. */
  readonly refused: number;
}

/** Bounds of the wait for a connection. */
export interface PoolLimits {
  max: number;
  /** How long a query may wait, in milliseconds. */
  waitMs: number;
  /** How many queries may wait. */
  queue: number;
}

interface Waiter {
  proceed(): void;
  timer: NodeJS.Timeout;
}

/**
 * Hands out at most `max` connections, first come, first served. The pools of the drivers queue without a bound, each in
 * its own way; here all three databases refuse alike.
 */
export class ConnectionLimit implements PoolStatistics {
  readonly max: number;
  inUse = 0;
  timeouts = 0;
  refused = 0;
  private readonly waiters = new Set<Waiter>();

  constructor(private readonly limits: PoolLimits) {
    this.max = limits.max;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** Resolves when a connection may be used. @throws {StorageBusyError} */
  async take(): Promise<void> {
    if (this.inUse < this.max) this.inUse += 1;
    else if (this.waiters.size < this.limits.queue) await this.wait();
    else {
      this.refused += 1;
      throw new StorageBusyError(`${this.max} connections are in use, and ${this.waiters.size} queries wait`);
    }
  }

  /** A connection is free again: the first that waits has it. */
  leave(): void {
    const [next] = this.waiters;
    if (!next) this.inUse -= 1;
    else {
      clearTimeout(next.timer);
      this.waiters.delete(next);
      next.proceed();
    }
  }

  private wait(): Promise<void> {
    const { waitMs } = this.limits;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.waiters.delete(waiter);
        this.timeouts += 1;
        reject(new StorageBusyError(`none of ${this.max} connections became free within ${waitMs} ms`));
      };
      const waiter: Waiter = { proceed: resolve, timer: setTimeout(giveUp, waitMs) };
      this.waiters.add(waiter);
    });
  }
}

/** The dialect, with connections handed out by `limit` alone. */
export function withLimit(dialect: Dialect, limit: ConnectionLimit): Dialect {
  return {
    createDriver: () => limitedDriver(dialect.createDriver(), limit),
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

function limitedDriver(driver: Driver, limit: ConnectionLimit): Driver {
  const acquire = driver.acquireConnection.bind(driver);
  const release = driver.releaseConnection.bind(driver);
  driver.acquireConnection = async (options) => {
    await limit.take();
    try {
      return await acquire(options);
    } catch (error) {
      limit.leave();
      throw error;
    }
  };
  driver.releaseConnection = async (connection, options) => {
    try {
      await release(connection, options);
    } finally {
      limit.leave();
    }
  };
  return driver;
}
