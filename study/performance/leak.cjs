// A cache without a bound, and the same with one: node leak.cjs leak|mended SNAPSHOT
const { writeHeapSnapshot } = require('node:v8');

class CachedPage {
  constructor(id) {
    this.id = id;
    this.text = 'x'.repeat(10) + id;
  }
}

const [, , mode, file] = process.argv;
const MAX = 100;
const cache = new Map();
for (let id = 0; id < 20_000; id += 1) {
  cache.set(`/products/${id}`, new CachedPage(id));
  if (mode === 'mended' && cache.size > MAX) cache.delete(cache.keys().next().value);
}
writeHeapSnapshot(file);
if (!cache.size) throw new Error('The cache was collected.');
