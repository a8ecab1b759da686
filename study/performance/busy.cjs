const startedAt = performance.now();
function expensive() {
  let sum = 0;
  for (let n = 0; n < 400_000; n += 1) sum += Math.sqrt(n) % 7;
  return sum;
}
function cheap() {
  let sum = 0;
  for (let n = 0; n < 40_000; n += 1) sum += Math.sqrt(n) % 7;
  return sum;
}
function handle() {
  return expensive() + cheap();
}
while (performance.now() - startedAt < 400) handle();
