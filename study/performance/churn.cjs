// Objects that die young, and objects that live: two kinds of collections.
const kept = [];
for (let n = 0; n < 400_000; n += 1) {
  const young = { n, text: `${n}` };
  if (n % 4 === 0) kept.push(young);
}
globalThis.gc();
