import assert from 'node:assert/strict';
import { notRun, part, show } from '#study/support/print';
import { withPostgres } from '#study/support/postgres';
import pg from 'pg';

/** Anomalies by isolation level, and a pool that runs out, on PostgreSQL. */
export async function isolation(): Promise<void> {
  part('PostgreSQL: isolation, and a pool that runs out');
  const ran = await withPostgres(async (url) => {
    const pool = openPool({ connectionString: url, max: 4 });
    await pool.query('create table stock (id int primary key, n int)');
    const [a, b] = [await pool.connect(), await pool.connect()];
    await dirtyRead(a, b);
    await lostUpdate(a, b);
    await writeSkew(a, b);
    await documents(a, b);
    a.release();
    b.release();
    await pool.end();
    await exhausted(url);
  });
  if (!ran) notRun('PostgreSQL is not installed');
}

/** The end of the server closes connections that `end` has not awaited; without a listener that ends the process. */
const openPool = (options: pg.PoolConfig) => new pg.Pool(options).on('error', () => {});

const reset = (client: pg.PoolClient) =>
  client.query('delete from stock; insert into stock values (1, 10), (2, 10)');
const read = async (client: pg.PoolClient, id = 1) =>
  (await client.query<{ n: number }>('select n from stock where id = $1', [id])).rows[0]!.n;
const write = (client: pg.PoolClient, n: number, id = 1) =>
  client.query('update stock set n = $1 where id = $2', [n, id]);

async function dirtyRead(a: pg.PoolClient, b: pg.PoolClient): Promise<void> {
  await reset(a);
  await a.query('begin isolation level read uncommitted');
  await b.query('begin');
  await write(b, 5);
  const dirty = await read(a);
  await b.query('commit');
  const later = await read(a);
  await a.query('commit');
  assert.deepEqual([dirty, later], [10, 5]);
  show(
    `READ UNCOMMITTED: reads ${dirty} while another has written 5, and ${later} after its commit: no dirty read, but a non-repeatable one`,
  );
}

/** A document is one value to a transaction: whoever writes it as a whole undoes what others have changed elsewhere in it. */
async function documents(a: pg.PoolClient, b: pg.PoolClient): Promise<void> {
  await a.query('create table profiles (id int primary key, doc jsonb not null)');
  await a.query(
    `insert into profiles select n, jsonb_build_object('city', 'c' || n) from generate_series(1, 2000) n`,
  );
  const nodes = async () => {
    await a.query('analyze profiles');
    const { rows } = await a.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) select id from profiles where doc @> '{"city":"c7"}'`,
    );
    return rows
      .map((row) => row['QUERY PLAN'].trim())
      .find((line) => /Scan/.test(line))!
      .replace('->  ', '');
  };
  const before = await nodes();
  await a.query('create index profiles_doc on profiles using gin (doc jsonb_path_ops)');
  const after = await nodes();
  assert.match(before, /^Seq Scan/);
  assert.match(after, /^Bitmap/);
  show(`jsonb, doc @> '{"city":"c7"}': ${before}; with a GIN index: ${after}`);
  const all = async () => (await a.query<{ doc: object }>('select doc from profiles where id = 1')).rows[0]!.doc;
  const whole = async (client: pg.PoolClient, doc: object) =>
    client.query('update profiles set doc = $1 where id = 1', [doc]);
  const [one, other] = [await all(), await all()];
  await whole(a, { ...one, city: 'Ulm' });
  await whole(b, { ...other, zip: '89073' });
  const lost = JSON.stringify(await all());
  await a.query(`update profiles set doc = doc || '{"city":"Ulm"}' where id = 1`);
  await b.query(`update profiles set doc = doc || '{"zip":"89075"}' where id = 1`);
  const kept = JSON.stringify(await all());
  assert.equal(lost, '{"zip":"89073","city":"c1"}');
  assert.equal(kept, '{"zip":"89075","city":"Ulm"}');
  show(`two change a field each: as a whole ${lost}, by doc || patch ${kept}`);
}

async function lostUpdate(a: pg.PoolClient, b: pg.PoolClient): Promise<void> {
  for (const level of ['read committed', 'repeatable read']) {
    await reset(a);
    for (const client of [a, b]) await client.query(`begin isolation level ${level}`);
    const [one, other] = [await read(a), await read(b)];
    await write(a, one - 1);
    await a.query('commit');
    const outcome = await write(b, other - 1).then(
      () => 'taken',
      (error: pg.DatabaseError) => `refused (${error.code})`,
    );
    await b.query(outcome === 'taken' ? 'commit' : 'rollback');
    const left = await read(a);
    assert.equal(outcome, level === 'read committed' ? 'taken' : 'refused (40001)');
    show(`lost update, ${level}: two take 1 of 10 each, the second is ${outcome}; left: ${left}`);
  }
  await reset(a);
  await Promise.all([a, b].map((client) => client.query('update stock set n = n - 1 where id = 1')));
  assert.equal(await read(a), 8);
  show(`one statement (set n = n - 1), read committed: left: ${await read(a)}`);
}

async function writeSkew(a: pg.PoolClient, b: pg.PoolClient): Promise<void> {
  for (const level of ['repeatable read', 'serializable']) {
    await reset(a);
    for (const client of [a, b]) await client.query(`begin isolation level ${level}`);
    // Each may empty one row as long as the other is full.
    await read(a, 2);
    await read(b, 1);
    await write(a, 0, 1);
    await write(b, 0, 2);
    await a.query('commit');
    const outcome = await b.query('commit').then(
      () => 'both are empty',
      (error: pg.DatabaseError) => `refused (${error.code})`,
    );
    assert.equal(outcome, level === 'serializable' ? 'refused (40001)' : 'both are empty');
    show(`write skew, ${level}: ${outcome}`);
  }
}

async function exhausted(url: string): Promise<void> {
  // Long enough for a busy machine to connect.
  const pool = openPool({ connectionString: url, max: 2, connectionTimeoutMillis: 1_500 });
  const held = [await pool.connect(), await pool.connect()];
  await assert.rejects(pool.query('select 1'), /timeout exceeded/);
  show('2 of 2 connections in use: the third waits for connectionTimeoutMillis and fails');
  for (const client of held) client.release();
  await pool.query('select 1');
  show('released: it works again');
  await pool.end();
}
