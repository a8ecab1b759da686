import { globSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { html, type Html } from '#libs/html';
import { box, COLORS, line, picture, text } from './svg.ts';

const [WIDTH, ROW, TOP] = [860, 52, 64];
/** How adapters of a kind reach their service. */
const PROTOCOLS: Record<string, string> = { grpc: 'gRPC', rest: 'REST' };

interface Service {
  name: string;
  protocol: string;
  hasDatabase: boolean;
}

/** The services, from the adapters of the gateway and the folders of the services; nothing of it is written by hand. */
function services(): Service[] {
  const upstreams = globSync('src/upstreams/*/*.{grpc,rest}.ts').map((file) => {
    const [name, kind] = basename(file).split('.') as [string, string];
    return { name, protocol: PROTOCOLS[kind]!, hasDatabase: globSync(`apps/${name}/migrations*`).length > 0 };
  });
  const others = readdirSync('apps').filter(
    (name) => !upstreams.some((one) => one.name === name) && isFolder(name),
  );
  return [
    ...upstreams.toSorted((one, other) => one.name.localeCompare(other.name)),
    ...others.map((name) => ({ name, protocol: 'OpenID Connect', hasDatabase: false })),
  ];
}

const isFolder = (name: string): boolean => globSync(`apps/${name}/main.ts`).length > 0;

/** Clients, the gateway, its services and their data. */
export function architecture(): string {
  const found = services();
  const height = TOP + found.length * ROW + 40;
  const middle = TOP + (found.length * ROW) / 2 - 8;
  const gateway = { x: 290, y: TOP, width: 170, height: found.length * ROW - 16 };
  return picture('Clients call the gateway, and the gateway calls the services', WIDTH, height, [
    text(24, 30, 'Atrium between its clients and the services', { size: 15, weight: 600 }),
    client(24, TOP, 'Web', 'REST, GraphQL, streams'),
    client(24, TOP + 78, 'Mobile', 'REST, GraphQL, streams'),
    client(24, TOP + 156, 'Operators', 'a port of their own'),
    [TOP + 28, TOP + 106, TOP + 184].map((y) => arrow(204, y, gateway.x, y)),
    box(gateway.x, gateway.y, gateway.width, gateway.height, '#e8f0fa', { stroke: COLORS.blue, radius: 8 }),
    text(gateway.x + gateway.width / 2, middle - 70, 'Atrium gateway', {
      anchor: 'middle',
      weight: 600,
      size: 15,
    }),
    ['identity and limits', 'use cases of features', 'caches and batches', 'deadlines, retries, breakers'].map(
      (words, n) =>
        text(gateway.x + gateway.width / 2, middle - 40 + n * 20, words, {
          anchor: 'middle',
          color: COLORS.quiet,
        }),
    ),
    box(gateway.x + 25, height - 100, 120, 28, '#fff', { stroke: COLORS.red, radius: 14 }),
    text(gateway.x + 85, height - 86, 'Redis, optional', { anchor: 'middle', color: COLORS.red }),
    found.map((service, n) => serviceRow(service, TOP + n * ROW, gateway.x + gateway.width)),
    text(24, height - 20, 'Each service is a process with data of its own. The gateway has no database.', {
      color: COLORS.quiet,
    }),
  ]);
}

const client = (x: number, y: number, name: string, how: string): Html =>
  html`${box(x, y, 180, 56, COLORS.ground, { stroke: COLORS.line, radius: 8 })}
  ${text(x + 90, y + 20, name, { anchor: 'middle', weight: 600 })}
  ${text(x + 90, y + 40, how, { anchor: 'middle', color: COLORS.quiet, size: 11 })}`;

const arrow = (x1: number, y1: number, x2: number, y2: number): Html =>
  html`${line(x1, y1, x2 - 6, y2, { color: COLORS.quiet, width: 1.5 })}
    <path d="M ${x2 - 8} ${y2 - 4} L ${x2} ${y2} L ${x2 - 8} ${y2 + 4} Z" fill="${COLORS.quiet}" /> `;

function serviceRow({ name, protocol, hasDatabase }: Service, y: number, from: number): Html {
  const color = protocol === 'gRPC' ? COLORS.violet : COLORS.green;
  return html`${arrow(from, y + 18, 600, y + 18)}
  ${text((from + 600) / 2, y + 8, protocol, { anchor: 'middle', color, size: 11 })}
  ${box(600, y, 110, 36, COLORS.ground, { stroke: color, radius: 6 })}
  ${text(655, y + 18, name, { anchor: 'middle', weight: 600 })}
  ${
    hasDatabase && [
      line(710, y + 18, 744, y + 18, { color: COLORS.line, width: 1.5 }),
      box(744, y + 5, 92, 26, '#fff', { stroke: COLORS.line, radius: 13 }),
      text(790, y + 18, 'database', { anchor: 'middle', color: COLORS.quiet, size: 11 }),
    ]
  }`;
}
