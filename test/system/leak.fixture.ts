// Imported by a gateway before all else: a worker that gets SIGWINCH takes memory, bit by bit, and keeps it.
const LEAK_BYTES = 400_000_000;
const STEP_BYTES = 5_000_000;
const STEP_MS = 20;
const leaked: Buffer[] = [];
process.on('SIGWINCH', () => {
  const timer = setInterval(() => {
    leaked.push(Buffer.alloc(STEP_BYTES, 1));
    if (leaked.length * STEP_BYTES >= LEAK_BYTES) clearInterval(timer);
  }, STEP_MS);
});
