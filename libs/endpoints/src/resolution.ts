import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from './address.ts';
import { fixedAddress, resolve, type Resolved } from './resolver.ts';
import type { Target } from './target.ts';

/** The shortest and the longest interval between DNS queries, whatever the TTL, in milliseconds. */
const MIN_REFRESH_MS = 1_000;
const MAX_REFRESH_MS = 300_000;
/** The retry interval after a failure, while the last known addresses stay in use. */
const RETRY_MS = 1_000;
/** The retry interval after a failure while calls wait for an address: it bounds queries, not the wait of calls. */
const RETRY_FOR_CALLS_MS = 100;
/** The longest wait of calls, as for a connection: not every call waits for a silent DNS server. */
const MAX_WAIT_MS = 1_000;

/** A target that needs look-ups. */
interface Name {
  readonly target: Target;
  addresses: readonly Address[];
  failure: Error | undefined;
  /** By `performance.now()`, like all times here. */
  failedAt: number;
  /** The pending look-up. */
  update: { readonly startedAt: number; readonly done: Promise<void> } | undefined;
  next: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
}

/** Keeps the addresses of targets up to date until it is closed. */
export class Resolution {
  private readonly places: readonly (Name | readonly [Address])[];
  private readonly names: readonly Name[];
  private isStarted = false;
  private isClosed = false;

  /**
   * @param onChange called with all addresses whenever they change, and immediately if some are fixed
   * @param find looks up a target that is a name
   */
  constructor(
    targets: readonly Target[],
    private readonly onChange: (addresses: readonly Address[]) => void,
    private readonly find: (target: Target) => Promise<Resolved> = resolve,
  ) {
    this.places = targets.map((target) => {
      const fixed = fixedAddress(target);
      return fixed ? [fixed] : { target, ...UNKNOWN };
    });
    this.names = this.places.filter((place) => 'target' in place);
    if (this.addresses.length) onChange(this.addresses);
  }

  /** All known addresses without duplicates: of several targets that name the same address, the first counts. */
  get addresses(): Address[] {
    const all = new Map<string, Address>();
    for (const address of this.places.flatMap((place) => ('target' in place ? place.addresses : place))) {
      if (!all.has(address.name)) all.set(address.name, address);
    }
    return [...all.values()];
  }

  /**
   * Resolves once an address is known. While none is, each call looks the names up again.
   * @throws {Error} with the name that could not be resolved, or not within a second
   */
  async ready(): Promise<void> {
    this.start();
    if (this.addresses.length) return;
    const now = performance.now();
    for (const name of this.names) {
      if (now - name.failedAt >= RETRY_FOR_CALLS_MS) void this.update(name);
    }
    const running = this.names.flatMap(({ update }) => update ?? []);
    const waitMs = Math.max(...running.map(({ startedAt }) => startedAt + MAX_WAIT_MS - now));
    if (waitMs > 0) {
      const found = Promise.any(running.map(({ done }) => done.then(() => this.orThrow())));
      const timeout = new AbortController();
      const enough = sleep(waitMs, undefined, { ref: false, signal: timeout.signal });
      await Promise.race([found, enough]).catch(() => {});
      timeout.abort();
    }
    this.orThrow();
  }

  /**
   * Resolves once the first look-up of every name has ended, or after a second; undefined if they have ended. Until
   * then the known addresses may be incomplete.
   */
  firstLookUps(): Promise<unknown> | undefined {
    const running = this.names.flatMap(({ addresses, update }) => (update && !addresses.length ? update : []));
    if (!running.length) return undefined;
    const timeout = new AbortController();
    const enough = sleep(MAX_WAIT_MS, undefined, { ref: false, signal: timeout.signal }).catch(() => {});
    const all = Promise.all(running.map(({ done }) => done));
    return Promise.race([all, enough]).finally(() => timeout.abort());
  }

  /** Looks the names up again soon, because connections fail and addresses may have changed. */
  refresh(): void {
    if (!this.isStarted) return;
    for (const name of this.names) this.later(name, RETRY_MS);
  }

  close(): void {
    this.isClosed = true;
    for (const { next } of this.names) clearTimeout(next?.timer);
  }

  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    for (const name of this.names) void this.update(name);
  }

  private orThrow(): void {
    if (this.addresses.length) return;
    const messages = this.names.map(
      ({ target, failure }) => failure?.message ?? `${target.host} is not resolved yet`,
    );
    throw new Error(messages.join('; '), { cause: this.names.find(({ failure }) => failure)?.failure });
  }

  /** Never rejects. */
  private update(name: Name): Promise<void> {
    name.update ??= {
      startedAt: performance.now(),
      done: this.lookUp(name).finally(() => (name.update = undefined)),
    };
    return name.update.done;
  }

  private async lookUp(name: Name): Promise<void> {
    let nextMs = RETRY_MS;
    try {
      const { addresses, ttlMs } = await this.find(name.target);
      nextMs = ttlMs;
      const before = keyOf(name.addresses);
      name.addresses = addresses;
      name.failure = addresses.length ? undefined : new Error(`${name.target.host} has no addresses`);
      if (!this.isClosed && keyOf(addresses) !== before) this.onChange(this.addresses);
    } catch (error) {
      name.failure = error as Error;
    }
    if (name.failure) name.failedAt = performance.now();
    this.later(name, Math.min(MAX_REFRESH_MS, Math.max(MIN_REFRESH_MS, nextMs)));
  }

  /** The earliest planned look-up counts. */
  private later(name: Name, delayMs: number): void {
    if (this.isClosed) return;
    const at = performance.now() + delayMs;
    if (name.next && name.next.at <= at) return;
    clearTimeout(name.next?.timer);
    const timer = setTimeout(() => {
      name.next = undefined;
      void this.update(name);
    }, delayMs).unref();
    name.next = { at, timer };
  }
}

const UNKNOWN = { addresses: [], failure: undefined, failedAt: -Infinity, update: undefined, next: undefined };

const keyOf = (addresses: readonly Address[]): string =>
  addresses
    .map(({ name, authority, weight, priority }) => `${name} ${authority} ${weight} ${priority}`)
    .toSorted()
    .join(',');
