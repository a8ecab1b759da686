import type { ClientCalls, OperationUsage, UsageReport } from '#gateway/operations/usage/usage-report';
import { html, type Html } from '#libs/html';
import { page, table } from './shell.ts';

const PATH = '/admin/ui/usage';
/** The most rows of a table: `GET /admin/usage` has all of them. */
const MAX_ROWS = 100;
/** The most clients that an operation is listed with. */
const MAX_CLIENTS = 5;

/** The page that shows which versions of which clients call which operations and fields. */
export const usagePage = ({ from, to, calls, operations, routes, clients, fields }: UsageReport): string =>
  page('Usage', PATH, [
    html`<form method="get" action="${PATH}" class="row">
      <label
        >Day (UTC)
        <input name="day" type="date" value="${to}" required />
      </label>
      <label
        >Days until then
        <input name="days" type="number" min="1" max="400" value="${dayCount(from, to)}" required />
      </label>
      <button>Show usage</button>
    </form>`,
    html`<p>
      ${number(calls)} calls of operations of GraphQL and REST
      ${from === to ? `on ${to}` : `from ${from} to ${to}`}.
    </p>`,
    table(
      'Calls by version of the client',
      ['Client', 'Version', 'Calls', 'Refused as retired'],
      clients
        .slice(0, MAX_ROWS)
        .map(({ name, version, ...its }) => [name, version, number(its.calls), gone(its.gone)]),
    ),
    table(
      'Calls by operation of GraphQL',
      ['Operation', 'Hash', 'Releases', 'Ends', 'Calls', 'Refused as retired', 'Clients'],
      operations.slice(0, MAX_ROWS).map(rowOf),
    ),
    table(
      'Calls by operation of REST',
      ['Operation', 'Selected fields', 'Calls', 'Clients'],
      routes
        .slice(0, MAX_ROWS)
        .map(({ route, fields: selected, ...its }) => [
          html`<code>${route}</code>`,
          selected?.join(', ') ?? 'all',
          number(its.calls),
          clientsOf(its.clients),
        ]),
    ),
    table(
      'Calls by field of GraphQL',
      ['Field', 'Calls'],
      fields
        .slice(0, MAX_ROWS)
        .map(({ coordinate, calls: its }) => [html`<code>${coordinate}</code>`, number(its)]),
    ),
    html`<p class="quiet">
      Clients name themselves by <code>X-Client: name/version</code>. <code>_NONE</code> sent no name,
      <code>_INVALID</code> an invalid one, and <code>_OTHER</code> is what was too rare to count by itself.
    </p>`,
  ]);

const rowOf = ({ name, sha256, isPersisted, releases, retired, ...its }: OperationUsage) => [
  name,
  html`<code>${sha256.slice(0, 8)}</code>`,
  isPersisted ? releases.join(', ') || 'not released' : 'ad-hoc',
  retired?.sunset,
  number(its.calls),
  gone(its.gone),
  clientsOf(its.clients),
];

function clientsOf(clients: readonly ClientCalls[]): string {
  const listed = clients
    .slice(0, MAX_CLIENTS)
    .map(({ name, version, calls }) => `${name} ${version}: ${number(calls)}`);
  const more = clients.length - listed.length;
  return [...listed, ...(more ? [`${more} more`] : [])].join(', ');
}

const gone = (calls: number): Html => html`<span class="${calls > 0 && 'bad'}">${number(calls)}</span>`;

const number = (value: number): string => value.toLocaleString('en');

const dayCount = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
