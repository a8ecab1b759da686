import { html, type Html } from '#libs/html';
import type { WorkerLoad } from '#libs/process';
import { duration, percent, perSecond, size } from './format.ts';
import { ACTIVITY_STREAM, SYSTEM_STREAM } from './live-events.ts';
import type { Overview } from './overview.ts';
import { figure, livePart, page, table } from './shell.ts';

/** The load of each worker process, and the limit of its memory; 0 for none. */
interface WorkerReport {
  all: readonly WorkerLoad[];
  limitBytes: number;
}

/** A share of failures that an operator should look at. */
const BAD_SHARE = 0.01;

/** The page that tells at one look whether the gateway is well. */
export const overviewPage = (overview: Overview, workersOf: WorkerReport): string =>
  page('Overview', '/admin/ui', [
    livePart('figures', figures(overview)),
    livePart('certificates', certificates(overview)),
    livePart('workers', workers(workersOf)),
    livePart('upstreams', upstreams(overview)),
    livePart('routes', routes(overview)),
    livePart('streams', streams(overview)),
    eventTable(SYSTEM_STREAM, 'Processes, every five seconds', [
      'Process',
      'CPU',
      'Memory',
      'Loop delay p99',
      'In flight',
      'Streams',
      'Breakers not closed',
    ]),
    eventTable(ACTIVITY_STREAM, 'Who does what, newest first', ['Time (UTC)', 'What', 'Who', 'About']),
    html`<script type="module" src="/admin/ui/live-events.js"></script>`,
  ]);

/** A table that the script fills from a stream. */
const eventTable = (stream: string, caption: string, columns: readonly string[]): Html =>
  html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table data-stream="${stream}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        <tr data-none>
          <td colspan="${columns.length}">
            None yet. It is filled while this page is open, by its script; programs read <code>${stream}</code>.
          </td>
        </tr>
      </tbody>
    </table>
  </div>`;

const badIf = (isBad: boolean) => (isBad ? ('bad' as const) : undefined);

function figures({ seconds, requests, cache, load, process }: Overview): Html {
  return html`<p class="quiet">
      What clients requested from all workers of this gateway in the last ${Math.round(seconds)} seconds.
    </p>
    <dl class="figures">
      ${figure('Requests', perSecond(requests.perSecond))}
      ${figure('Failed (5xx)', percent(requests.failed), undefined, badIf(requests.failed >= BAD_SHARE))}
      ${figure('Refused (4xx)', perSecond(requests.refusedPerSecond))}
      ${figure('Latency p50', duration(requests.p50Ms))} ${figure('Latency p95', duration(requests.p95Ms))}
      ${figure('Latency p99', duration(requests.p99Ms))}
      ${figure('In flight', String(load.inFlight), `of ${load.limit}`)} ${figure('Queued', String(load.queued))}
      ${figure('Shed', perSecond(load.shedPerSecond), undefined, badIf(load.shedPerSecond > 0))}
      ${figure('Rate limited', perSecond(load.limitedPerSecond))}
      ${figure('Cache hits', percent(cache.hitShare), cache.stalePerSecond > 0 ? `stale ${perSecond(cache.stalePerSecond)}` : undefined)}
      ${figure('Cache memory', size(cache.bytes), `${cache.entries} answers`)}
      ${figure('Redis cache', cache.isRedisUp ? 'up' : 'not in use')}
      ${figure('CPU', percent(process.cpuShare), 'of one core')}
      ${figure('Memory', size(process.residentBytes), `heap ${size(process.heapUsedBytes)}`)}
    </dl>`;
}

const workers = ({ all, limitBytes }: WorkerReport): Html =>
  table(
    'Worker processes of this gateway, that of this answer first',
    ['Process', 'Started (UTC)', 'Memory', 'Loop busy', 'Loop delay', 'In flight', 'Streams'],
    all.map((one) => [
      one.pid,
      new Date(one.startedAt).toISOString().slice(0, 19).replace('T', ' '),
      limitBytes
        ? html`<span class="${badIf(one.residentBytes > limitBytes)}"
            >${size(one.residentBytes)} of ${size(limitBytes)}</span
          >`
        : size(one.residentBytes),
      percent(one.loopUtilization),
      duration(one.loopDelayMs),
      one.requestsInFlight,
      one.openStreams,
    ]),
  );

const DAY_MS = 86_400_000;

function expiry(leftMs: number): string {
  if (leftMs <= 0) return 'has expired';
  const days = Math.floor(leftMs / DAY_MS);
  return days ? `in ${days} ${days === 1 ? 'day' : 'days'}` : 'within a day';
}

/** Nothing where all certificates are good for two weeks and more. */
const certificates = ({ certificates: all }: Overview): Html =>
  all.length
    ? table(
        'Certificates that expire soon',
        ['Of', 'Expires'],
        all.map(({ use, of, leftMs }) => [
          of ? `${use} ${of}` : use,
          html`<span class="badge bad">${expiry(leftMs)}</span>`,
        ]),
      )
    : html``;

const upstreams = ({ upstreams: all }: Overview): Html =>
  table(
    'Upstreams',
    ['Upstream', 'Breaker', 'Tries', 'Failed', 'p50', 'p95', 'p99', 'Retries', 'Hedges', 'Addresses'],
    all.map((one) => [
      one.name,
      one.openMethods.length
        ? html`<span class="badge bad">open: ${one.openMethods.join(', ')}</span>`
        : html`<span class="badge good">closed</span>`,
      perSecond(one.perSecond),
      html`<span class="${badIf(one.failed >= BAD_SHARE)}">${percent(one.failed)}</span>`,
      duration(one.p50Ms),
      duration(one.p95Ms),
      duration(one.p99Ms),
      perSecond(one.retriesPerSecond),
      perSecond(one.hedgesPerSecond),
      one.ejected ? `${one.addresses}, ${one.ejected} of them ejected` : one.addresses,
    ]),
  );

const routes = ({ routes: all }: Overview): Html =>
  table(
    'Busiest routes',
    ['Route', 'Requests', 'Failed', 'p50', 'p95', 'p99'],
    all.map((one) => [
      one.route === 'none' ? `${one.method}, no route` : `${one.method} ${one.route}`,
      perSecond(one.perSecond),
      html`<span class="${badIf(one.failed >= BAD_SHARE)}">${percent(one.failed)}</span>`,
      duration(one.p50Ms),
      duration(one.p95Ms),
      duration(one.p99Ms),
    ]),
  );

const streams = ({ streams: all }: Overview): Html =>
  table(
    'Open streams',
    ['Route', 'Open'],
    all.map(({ route, open }) => [route, open]),
  );
