/** Programs that print one word a step, the same text for CommonJS, ES modules, browsers and any release of Node. */
export const PUZZLES = {
  'sync, tick, microtask, timer': `
    setTimeout(() => out('timeout'));
    Promise.resolve().then(() => out('promise'));
    if (typeof process === 'object') process.nextTick(() => out('tick'));
    else out('(no tick)');
    queueMicrotask(() => out('microtask'));
    out('sync');`,
  'async and await': `
    async function one() { out('one starts'); await two(); out('one ends'); }
    async function two() { out('two'); }
    out('start');
    setTimeout(() => out('timeout'));
    one();
    new Promise((resolve) => { out('executor'); resolve(); }).then(() => out('then'));
    out('end');`,
  'microtasks between timers': `
    setTimeout(() => { out('timer 1'); Promise.resolve().then(() => out('promise 1')); });
    setTimeout(() => { out('timer 2'); Promise.resolve().then(() => out('promise 2')); });
    // Both are due in the same turn.
    for (const until = Date.now() + 5; Date.now() < until;);`,
} as const;

/** Prints what a puzzle does, in the shell of Node. */
export const forNode = (puzzle: string): string =>
  `const words = []; const out = (word) => words.push(word);
   process.on('exit', () => console.log(words.join(', ')));
   ${puzzle}`;

/** Resolves to what a puzzle does, in a page. */
export const forPage = (puzzle: string): string =>
  `new Promise((resolve) => { const words = []; const out = (word) => words.push(word);
   setTimeout(() => setTimeout(() => resolve(words.join(', ')), 50), 0);
   ${puzzle} })`;
