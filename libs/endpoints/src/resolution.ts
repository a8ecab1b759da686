import type { Address } from './address.ts';
import { fixedAddress, resolve, type Resolved } from './resolver.ts';
import type { Target } from './target.ts';

/** However short a TTL is, DNS is asked no more often; however long, no less often. In milliseconds. */
const MIN_REFRESH_MS = 1_000;
const MAX_REFRESH_MS = 300_000;
/** After a failure, while the last known addresses stay in use. */
const RETRY_MS = 1_000;

/** Keeps the addresses of some targets up to date for as long as somebody uses them. */
export class Resolution {
  private readonly known: (readonly Address[])[];
  private readonly names: readonly (readonly [Target, number])[];
  private readonly next = new Map<Target, { at: number; timer: NodeJS.Timeout }>();
  private readonly resolving = new Map<Target, Promise<void>>();
  private isStarted = false;
  private isClosed = false;
  private failure: Error | undefined;

  /** @param onChange is given all addresses whenever they change */
  constructor(
    targets: readonly Target[],
    private readonly onChange: (addresses: readonly Address[]) => void,
    private readonly find: (target: Target) => Promise<Resolved> = resolve,
  ) {
    this.known = targets.map((target) => [fixedAddress(target) ?? []].flat());
    this.names = [...targets.entries()].filter(([i]) => !this.known[i]!.length).map(([i, target]) => [target, i]);
    if (this.addresses.length) onChange(this.addresses);
  }

  /** All addresses known now, each once. */
  get addresses(): Address[] {
    const all = new Map<string, Address>();
    for (const address of this.known.flat()) all.set(address.name, address);
    return [...all.values()];
  }

  /** Resolves once there is an address. @throws {Error} where no target could be resolved */
  async ready(): Promise<void> {
    this.start();
    if (this.addresses.length) return;
    await Promise.race(this.names.map(([target, i]) => this.update(target, i)));
    if (!this.addresses.length) await Promise.all(this.names.map(([target, i]) => this.update(target, i)));
    if (!this.addresses.length) throw this.failure ?? new Error('no address is known');
  }

  /** Asks again soon: connections fail, so that addresses may have changed. */
  refresh(): void {
    if (!this.isStarted || this.isClosed) return;
    for (const [target, i] of this.names) this.later(target, i, RETRY_MS);
  }

  close(): void {
    this.isClosed = true;
    for (const { timer } of this.next.values()) clearTimeout(timer);
  }

  private start(): void {
    if (this.isStarted) return;
    this.isStarted = true;
    for (const [target, i] of this.names) void this.update(target, i);
  }

  /** Never rejects. */
  private update(target: Target, i: number): Promise<void> {
    let update = this.resolving.get(target);
    if (!update) {
      update = this.ask(target, i).finally(() => this.resolving.delete(target));
      this.resolving.set(target, update);
    }
    return update;
  }

  private async ask(target: Target, i: number): Promise<void> {
    let nextMs = RETRY_MS;
    try {
      const { addresses, ttlMs } = await this.find(target);
      nextMs = ttlMs;
      this.failure = undefined;
      const before = namesOf(this.known[i]!);
      this.known[i] = addresses;
      if (!this.isClosed && namesOf(addresses) !== before) this.onChange(this.addresses);
    } catch (error) {
      this.failure = error as Error;
    }
    this.later(target, i, Math.min(MAX_REFRESH_MS, Math.max(MIN_REFRESH_MS, nextMs)));
  }

  /** The earliest of what was planned counts. */
  private later(target: Target, i: number, delayMs: number): void {
    if (this.isClosed) return;
    const at = performance.now() + delayMs;
    const planned = this.next.get(target);
    if (planned && planned.at <= at) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      this.next.delete(target);
      void this.update(target, i);
    }, delayMs).unref();
    this.next.set(target, { at, timer });
  }
}

const namesOf = (addresses: readonly Address[]): string =>
  addresses
    .map(({ name, authority, weight }) => `${name} ${authority} ${weight}`)
    .toSorted()
    .join(',');
