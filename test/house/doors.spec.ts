import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { describeGateway } from '#gateway/describe';
import type { Door } from '#gateway/doors-of';
import { accessTable } from '#tools/access-table';

let doors: Door[];

beforeAll(async () => void ({ doors } = await describeGateway()));

/** What may live outside of `/v1`: probes, keys, what browsers hold sessions with, and what operators ask. */
const UNVERSIONED =
  /^(GET \/(livez|readyz|metrics|\.well-known\/jwks\.json)|GET \/docs(\/.*)?|[A-Z]+ \/shop(\/.*)?|GET \/(?:robots\.txt|favicon\.ico)|[A-Z]+ \/(admin|bff)(\/.*)?|(query|mutation|subscription|socket) .*)$/;

describe('every door', () => {
  it('says who may come in', () => {
    expect(doors.length).toBeGreaterThan(40);
    expect(doors.filter(({ access }) => !access).map(({ name }) => name)).toEqual([]);
  });

  it('of REST has a version, but for probes, keys, browsers, pages and operators', () => {
    const names = doors.map(({ name }) => name).filter((name) => !UNVERSIONED.test(name));
    expect(names.filter((name) => !/^[A-Z]+ \/v1\//.test(name))).toEqual([]);
  });

  it('of operators wants the scope admin, but for probes, metrics, what pages load, and logging in and out', () => {
    const open = doors.filter(
      ({ isForOperators, access }) => isForOperators && !access?.scopes?.includes('admin'),
    );
    expect(open.map(({ name }) => name).sort()).toEqual([
      'GET /admin',
      'GET /admin/login',
      'GET /admin/login.js',
      'GET /admin/ui/live-events.js',
      'GET /admin/ui/live.js',
      'GET /admin/ui/style.css',
      'GET /metrics',
      'POST /admin/login',
      'POST /admin/login/form',
      'POST /admin/logout',
      'POST /admin/logout/form',
    ]);
  });

  it('has the priority of docs/limits.md: exports the lowest, then uploads, imports, the assistant and the documentation', () => {
    const namesOf = (priority: string) =>
      doors.filter((door) => door.priority === priority).map(({ name }) => name);
    expect(namesOf('export')).toEqual(['GET /v1/orders/export', 'POST /v1/orders/exports']);
    const background = namesOf('background');
    const uploads = doors.map(({ name }) => name).filter((name) => name.includes(' /v1/uploads'));
    const others = ['POST /shop/assistant', 'POST /v1/assistant/chat', 'POST /v1/products/import'];
    const docs = doors.map(({ name }) => name).filter((name) => /^GET \/docs(\/|$)/.test(name));
    expect(background.toSorted()).toEqual([...uploads, ...others, ...docs].toSorted());
    expect(docs).toContain('GET /docs');
    expect(uploads.length).toBeGreaterThan(8);
  });

  it('is in the table of docs/security.md as it declares itself (npm run schema:write)', () => {
    expect(readFileSync('docs/security.md', 'utf8')).toContain(accessTable(doors));
  });
});
