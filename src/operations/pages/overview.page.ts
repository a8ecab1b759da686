import { html, type Html } from '#libs/html';
import { duration, percent, perSecond, size } from './format.ts';
import { ACTIVITY_STREAM, SYSTEM_STREAM } from './live-events.ts';
import type { Overview } from './overview.ts';
import { figure, livePart, page, table } from './shell.ts';

/** A share of failures that an operator should look at. */
const BAD_SHARE = 0.01;

/** The page that tells at one look whether the gateway is well. */
export const overviewPage = (overview: Overview): string =>
  page('Overview', '/admin/ui', [
    livePart('figures', figures(overview)),
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
