import type { products } from '#libs/contracts';
import { demoProducts } from '#libs/demo-data';
import { eventually, unaryCall, calledFor, describeStorages, failureOf, type Place } from '#libs/testing';
import { expect, it } from '@jest/globals';
import { productsForTests, user } from './products.fixture.ts';

const demo = demoProducts(1);
/** Each test has its own products, so that all can share a service. */
const plenty = demo.filter(({ stock }) => stock >= 30 && stock <= 100).values();
const line = ({ id }: { id: string }, quantity: number) => ({ productId: id, quantity });

describeStorages('the stock', (storage) => {
  const start = productsForTests();
  const clock = { now: Date.now() };
  let shared: Promise<{ place: Place } & Awaited<ReturnType<typeof start>>> | undefined;
  let tests = 0;

  const started = async () => {
    shared ??= storage.fresh().then(async (place) => {
      return { place, ...(await start(place, { now: () => clock.now, sweepMs: 3_600_000 })) };
    });
    const { client, ...rest } = await shared;
    const suffix = `in test ${(tests += 1)}`;
    const reserve = (id: string, lines: products.ReservationLine[], by = 'u1', ttlSeconds = 0) => {
      const reservationId = id && `${id} ${suffix}`;
      return unaryCall(client, client.reserveStock, { reservationId, lines, ttlSeconds }, user(by));
    };
    const confirm = (id: string, by = 'u1') =>
      unaryCall(client, client.confirmReservation, { reservationId: `${id} ${suffix}` }, user(by));
    const release = (id: string, by = 'u1') =>
      unaryCall(client, client.releaseReservation, { reservationId: `${id} ${suffix}` }, user(by));
    const [one, other] = [plenty.next().value!, plenty.next().value!];
    return { ...rest, client, clock, one, other, reserve, confirm, release };
  };

  it('is reduced by reservations, which expire after two minutes by default', async () => {
    const { reserve, available, clock, one, other } = await started();
    const answer = await reserve('r1', [line(one, 3), line(other, 1)]);
    expect(answer.expiresAt).toEqual(new Date(clock.now + 120_000));
    expect(await available(one.id)).toBe(one.stock - 3);
    expect(await available(other.id)).toBe(other.stock - 1);
    expect((await reserve('r2', [line(one, 1)], 'u1', 5)).expiresAt).toEqual(new Date(clock.now + 5_000));
  });

  it('is reserved once per caller and id', async () => {
    const { reserve, available, clock, one } = await started();
    const first = await reserve('r1', [line(one, 3)]);
    clock.now += 1_000;
    expect(await reserve('r1', [line(one, 3)])).toEqual(first);
    expect(await available(one.id)).toBe(one.stock - 3);
    await reserve('r1', [line(one, 3)], 'u2');
    expect(await available(one.id)).toBe(one.stock - 6);
  });

  it('is reserved once by concurrent identical calls', async () => {
    const { reserve, available, one, other } = await started();
    await Promise.all(Array.from({ length: 10 }, () => reserve('r1', [line(one, 2), line(other, 2)])));
    expect(await available(one.id)).toBe(one.stock - 2);
  });

  it('is reserved for all lines or none, and the refusal has the available quantities', async () => {
    const { reserve, available, one, other } = await started();
    const scarce = demo.find(({ stock }) => stock > 0 && stock < 20)!;
    const failure = await failureOf(reserve('r1', [line(one, 1), line(scarce, 99), line(other, 1)]));
    expect(failure).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'OUT_OF_STOCK',
      metadata: { [scarce.id]: String(scarce.stock) },
    });
    expect(await available(one.id)).toBe(one.stock);
    await reserve('r1', [line(one, 1)]);
    expect(await available(one.id)).toBe(one.stock - 1);
  });

  it('cannot be reserved for unknown products, which are named', async () => {
    const { reserve, available, one } = await started();
    const lines = [line(one, 1), { productId: 'nobody', quantity: 1 }];
    const failure = await failureOf(reserve('r1', lines));
    expect(failure).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'UNKNOWN_PRODUCT',
      metadata: { nobody: '' },
    });
    expect(await available(one.id)).toBe(one.stock);
  });

  it('never falls below zero: of 50 concurrent reservations of 20 units, exactly 20 succeed', async () => {
    const { reserve, available, one } = await started();
    await reserve('the rest', [line(one, one.stock - 20)]);
    const attempts = Array.from({ length: 50 }, (_, index) => reserve('r1', [line(one, 1)], `buyer${index}`));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    expect(await available(one.id)).toBe(0);
  });

  it('is reserved without deadlocks if lines are in opposite orders', async () => {
    const { reserve, available, one, other } = await started();
    const attempts = Array.from({ length: 20 }, (_, index) => {
      const lines = [line(one, 1), line(other, 1)];
      return reserve(`r${index}`, index % 2 ? lines : lines.reverse());
    });
    await Promise.all(attempts);
    expect(await available(one.id)).toBe(one.stock - 20);
  });

  it('is restored once a reservation expires, by the next call of any caller', async () => {
    const { reserve, confirm, available, clock, one } = await started();
    await reserve('r1', [line(one, 3)], 'u1', 60);
    clock.now += 60_000;
    await reserve('r2', [line(one, 1)]);
    expect(await available(one.id)).toBe(one.stock - 1);
    expect(await failureOf(confirm('r1'))).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'RESERVATION_ENDED',
    });
    expect(await failureOf(reserve('r1', [line(one, 3)]))).toMatchObject({ reason: 'RESERVATION_ENDED' });
  });

  it('cannot be confirmed for an overdue reservation', async () => {
    const { reserve, confirm, clock, one } = await started();
    await reserve('r1', [line(one, 3)], 'u1', 60);
    clock.now += 60_000;
    expect((await failureOf(confirm('r1'))).reason).toBe('RESERVATION_ENDED');
  });

  it('stays reduced by confirmed reservations, beyond their expiry', async () => {
    const { reserve, confirm, available, clock, one, other } = await started();
    await reserve('r1', [line(one, 3)], 'u1', 60);
    await confirm('r1');
    await confirm('r1');
    clock.now += 120_000;
    await reserve('r2', [line(other, 1)]);
    expect(await available(one.id)).toBe(one.stock - 3);
  });

  it('is restored once by the release of a reservation, confirmed or not', async () => {
    const { reserve, confirm, release, available, one } = await started();
    await reserve('r1', [line(one, 3)]);
    await reserve('r2', [line(one, 4)]);
    await confirm('r2');
    await Promise.all([release('r1'), release('r1'), release('r2')]);
    await release('r2');
    expect(await available(one.id)).toBe(one.stock);
    expect((await failureOf(confirm('r1'))).reason).toBe('RESERVATION_ENDED');
  });

  it("is not changed by a release or confirmation of other callers' reservations", async () => {
    const { reserve, confirm, release, available, one } = await started();
    await reserve('r1', [line(one, 3)]);
    await release('r1', 'u2');
    expect((await failureOf(confirm('r1', 'u2'))).code).toBe('NOT_FOUND');
    await release('never made');
    expect(await available(one.id)).toBe(one.stock - 3);
  });

  it('keeps reservations over a restart, and is restored automatically when they are overdue', async () => {
    const { reserve, place, clock, one } = await started();
    await reserve('r1', [line(one, 3)], 'u1', 60);
    const again = await start(place, { now: () => clock.now, sweepMs: 5 });
    expect(await again.available(one.id)).toBe(one.stock - 3);
    clock.now += 60_000;
    await eventually(async () => (await again.available(one.id)) === one.stock);
    await again.stop();
  });

  it('can be reserved by logged-in callers only', async () => {
    const { client, one } = await started();
    const request = { reservationId: 'r1', lines: [line(one, 1)], ttlSeconds: 0 };
    const failure = failureOf(
      unaryCall(client, client.reserveStock, request, calledFor({ scopes: [] }, 'products')),
    );
    expect((await failure).code).toBe('UNAUTHENTICATED');
  });

  it('is not reserved by an invalid request', async () => {
    const { reserve, one } = await started();
    const fieldsOf = async (call: Promise<unknown>) =>
      (await failureOf(call)).violations?.map(({ field }) => field);
    expect(await fieldsOf(reserve('', []))).toEqual(['reservation_id', 'lines']);
    expect(await fieldsOf(reserve('x'.repeat(129), [line(one, 0)]))).toEqual([
      'reservation_id',
      'lines[0].quantity',
    ]);
    expect(await fieldsOf(reserve('r1', [line(one, 100)], 'u1', 3_601))).toEqual([
      'lines[0].quantity',
      'ttl_seconds',
    ]);
    expect(await fieldsOf(reserve('r1', [line(one, 1), line(one, 1)]))).toEqual(['lines']);
    expect(
      await fieldsOf(
        reserve(
          'r1',
          Array.from({ length: 51 }, (_, index) => line({ id: `p${index}` }, 1)),
        ),
      ),
    ).toEqual(['lines']);
  });
});
