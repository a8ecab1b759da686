/** @jest-environment node */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OtelSettings, otelSettings } from '#libs/observe';
import { readSettings } from '#libs/process';
import { Refusal } from '#libs/service';
import { openStorage } from '#libs/storage';
import { calledFor, failureOf, OtlpCollector, unaryCall } from '#libs/testing';
import { status as Code } from '@grpc/grpc-js';
import { sql } from 'kysely';
import { z } from 'zod';
import { servicesForTests } from './service.fixture.ts';

const TRACE_ID = 'c'.repeat(32);
const start = servicesForTests();
let collector: OtlpCollector;
let telemetry: OtelSettings;
beforeEach(async () => {
  collector = await OtlpCollector.open();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '10' };
  telemetry = readSettings(z.object(otelSettings), environment);
});
afterEach(() => collector.close());

const called = (flags: string) =>
  calledFor({ id: 'u1', scopes: [] }, 'orders', {
    'x-request-id': 'r-1',
    traceparent: `00-${TRACE_ID}-${'d'.repeat(16)}-${flags}`,
  });

describe('the traces of a service', () => {
  it('hold each sampled call as a child of the try that sent it, and its statements', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'atrium-data-'));
    const db = await openStorage({ name: 'orders', dataDir, migrations: {} });
    const { client } = await start(
      {
        unary: async () => {
          await sql`select 'secret' as word from sqlite_master where name = ${'secret'}`.execute(db);
          return { order: undefined };
        },
      },
      telemetry,
    );
    await unaryCall(client, client.cancelOrder, { id: 'o1' }, called('01'));
    const spans = await collector.until(({ length }) => length === 2);
    const root = spans.find(({ kind }) => kind === 'SPAN_KIND_SERVER')!;
    expect(root).toMatchObject({
      service: 'orders',
      name: 'shop.orders.v1.OrdersService/CancelOrder',
      traceId: TRACE_ID,
      parentSpanId: 'd'.repeat(16),
      attributes: {
        'rpc.system.name': 'grpc',
        'rpc.method': 'shop.orders.v1.OrdersService/CancelOrder',
        'rpc.response.status_code': 'OK',
        'enduser.id': 'u1',
        'atrium.request_id': 'r-1',
      },
      status: 'STATUS_CODE_UNSET',
    });
    expect(spans.find(({ kind }) => kind === 'SPAN_KIND_CLIENT')).toMatchObject({
      name: 'select sqlite_master',
      parentSpanId: root.spanId,
      attributes: { 'db.system.name': 'sqlite', 'db.namespace': 'orders', 'db.operation.name': 'select' },
    });
    await db.destroy();
    rmSync(dataDir, { recursive: true });
  });

  it('hold no call that its client did not sample', async () => {
    const { client, stop } = await start({ unary: async () => ({ order: undefined }) }, telemetry);
    await unaryCall(client, client.cancelOrder, { id: 'o1' }, called('00'));
    await stop();
    expect(collector.spans).toEqual([]);
  });

  it('mark what is a fault of the service, and not what the client did wrong', async () => {
    const outcomes = [
      new Refusal(Code.NOT_FOUND, 'NOT_FOUND', 'There is none'),
      new Refusal(Code.UNAVAILABLE, 'STOPPING', 'The service stops'),
    ];
    const { client } = await start({ unary: () => Promise.reject(outcomes.shift()!) }, telemetry);
    for (const _ of [1, 2]) await failureOf(unaryCall(client, client.cancelOrder, { id: 'o1' }, called('01')));
    const spans = await collector.until(({ length }) => length === 2);
    expect(spans.map(({ attributes, status }) => [attributes['rpc.response.status_code'], status])).toEqual([
      ['NOT_FOUND', 'STATUS_CODE_UNSET'],
      ['UNAVAILABLE', 'STATUS_CODE_ERROR'],
    ]);
  });
});
