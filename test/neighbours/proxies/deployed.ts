import type { NeighbourProgram } from '#test/support/neighbours/programs';
import type { Proxy, ProxyMake } from '#test/support/neighbours/proxy';

/** Where a proxy is run by a test. */
export interface Place {
  port: number;
  folder: string;
  /** `host:port` of one gateway or two. */
  gateways: readonly string[];
  /** How long a stream may be silent, in the place of the 60 s of the pages. */
  idleSeconds: number;
}

/** What a proxy can do for a gateway with the configuration of its page; the table of docs/deploy says the same. */
export interface Abilities {
  /** How many copies of a public page it holds for clients that word `Accept` differently; 0: it is no cache. */
  copies: 0 | 1 | 2;
  /** Says by `Age` how long it has had a page. */
  ages: boolean;
  /** Asks whether a page has changed once its time is over, with the ETag that it has. */
  revalidates: boolean;
  /** Answers with a page whose time is over while no gateway answers. */
  standsIn: boolean;
  /** Forgets pages by a tag of `Surrogate-Key`. */
  purges: boolean;
  /** Leaves streams open when it reads its configuration anew. */
  reloads: boolean;
  /** Leaves WebSockets open when it reads its configuration anew. */
  reloadsSockets: boolean;
  /** Takes new connections all the while. */
  reloadsGapless: boolean;
  /** Speaks HTTP/2 to gateways. */
  http2: boolean;
  /** Chooses among several gateways, and passes over one that is not ready. */
  spreads: boolean;
}

/** A proxy of another make with the configuration of its page of docs/deploy. */
export interface Deployed {
  name: string;
  program: NeighbourProgram;
  /** Its page in docs/deploy. */
  page: string;
  make: ProxyMake;
  can: Abilities;
  /** What it does to the ETag of public pages: makes it weak, or leaves it out of its own 304 (against RFC 9110, 15.4.5). */
  etag?: 'weak' | 'not in 304';
  /** Its configuration at a place; writes what further files it needs into the folder. */
  configure(place: Place): string;
  /** The same with HTTP/2 to gateways whose certificates, for `localhost`, an authority vouches for. @param authority in PEM */
  configureHttp2?(place: Place, authority: string): string;
  /** How many requests it may answer 502 where one of two gateways stops, over HTTP/2; none by default. */
  mayLoseOverHttp2?: number;
  /** Whether it connects to a gateway for each write until the port is closed, and may lose those that connect in that moment. */
  mayLoseWrites?: boolean;
  /** Makes it read its configuration anew. Resolves once it has. */
  reload(proxy: Proxy): Promise<void>;
}

/** Whether the full set runs: `--all`. */
export const isFull = !!process.env['NEIGHBOURS_ALL'];
/** The idle timeout of the pages, in seconds. */
export const PAGES_IDLE_SECONDS = 60;
/** The idle timeout of proxies whose streams a test leaves idle, in seconds. */
export const IDLE_SECONDS = 2;
/** The heartbeat of gateways in tests, in the place of 15 s, in milliseconds: as far below the idle timeout. */
export const HEARTBEAT_MS = 500;
