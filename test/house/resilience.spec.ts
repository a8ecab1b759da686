import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { orders } from '#libs/contracts';
import { fromGrpc, fromHttp } from '#libs/errors';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { UpstreamClients, upstreamSettings } from '#libs/upstream';
import { Metadata, type ServiceError, status as Code } from '@grpc/grpc-js';

/** The names of all members, whatever their values. */
function membersOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(membersOf);
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, membersOf(member)]));
}

/** Every setting by its path, with its default. */
function flat(settings: object, prefix = ''): [string, string][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object'
      ? flat(value!, `${prefix}${name}.`)
      : [[`${prefix}${name}`, `${value as string | number}`]],
  );
}

const page = readFileSync('docs/resilience.md', 'utf8');

describe('docs/resilience.md', () => {
  it('has every setting of an upstream with its default, in order, and nothing else', () => {
    const text = page.split('## Settings')[1]!.split('\n## ')[0]!;
    const rows = [...text.matchAll(/^\| `([\w.]+)` \| (\S+) \|/gm)].map(([, name, byDefault]) => [
      name!,
      byDefault!,
    ]);
    expect(rows).toEqual(flat(upstreamSettings.parse({})));
  });

  it('shows a file that the gateway takes', () => {
    const [, file] = /^```json\n([^]*?)^```$/m.exec(page.split('## Settings')[1]!)!;
    for (const settings of Object.values(JSON.parse(file!) as object)) {
      expect(() => upstreamSettings.parse(settings)).not.toThrow();
    }
  });

  it('says of every gRPC status and every HTTP status whether it counts against the service', () => {
    const rows = page.split('## Failures and answers')[1]!.matchAll(/^\| (.+) \| (failure|answer) \|$/gm);
    const documented = new Map([...rows].map(([, answer, kind]) => [answer!, kind!]));
    const kindOf = ({ isUpstreamFault }: { isUpstreamFault: boolean }) => (isUpstreamFault ? 'failure' : 'answer');
    for (let code = 1; code <= 16; code += 1) {
      const failure = Object.assign(new Error(), { code, details: '', metadata: new Metadata() }) as ServiceError;
      expect([Code[code], kindOf(fromGrpc(failure))]).toEqual([Code[code], documented.get(`\`${Code[code]}\``)]);
    }
    for (let status = 300; status < 600; status += 1) {
      const row = status >= 400 && status < 500 ? 'HTTP 4xx' : 'HTTP 3xx, 5xx';
      expect([status, kindOf(fromHttp(status, undefined))]).toEqual([status, documented.get(row)]);
    }
  });

  it('shows a report as GET /admin/upstreams makes it', () => {
    const [, example] = /^```json\n([^]*?)^```$/m.exec(page.split('## State of the upstreams')[1]!)!;
    const clients = new UpstreamClients({ tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY) });
    clients.grpc('orders', ['127.0.0.1:3002']).unary(orders.OrdersServiceService.listRecentOrders);
    expect(membersOf(JSON.parse(example!))).toEqual(
      membersOf({ ...clients.report()[0], settings: { timeoutMs: 1 } }),
    );
  });
});
