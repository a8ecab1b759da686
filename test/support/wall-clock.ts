// Loaded into a process by `--import`, it lets a test move the wall clock of that process, as an operator or a time
// service moves that of a machine. Monotonic clocks, `performance.now()` and timers, are not affected.
const RealDate = Date;
let movedMs = 0;

globalThis.Date = new Proxy(RealDate, {
  construct: (_target, given: [], newTarget) =>
    Reflect.construct(RealDate, given.length ? given : [RealDate.now() + movedMs], newTarget) as Date,
  apply: () => new RealDate(RealDate.now() + movedMs).toString(),
  get: (target, name) =>
    name === 'now' ? () => RealDate.now() + movedMs : (Reflect.get(target, name) as unknown),
});

process.on('message', (message: { moveWallClockToMs?: number }) => {
  if (message.moveWallClockToMs === undefined) return;
  movedMs = message.moveWallClockToMs;
  process.send?.({ movedWallClockToMs: movedMs });
});
