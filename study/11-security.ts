import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { html } from '#libs/html';
import { TABLE_FORMATS } from '#libs/tabular';
import { attacked, slowRegexes } from './security/regexes.ts';
import { OWASP, THREATS } from './security/threats.ts';
import { measured, part, show, table } from './support/print.ts';
import { showByRelease } from './support/releases.ts';

const isThere = (file: string, test: string) => readFileSync(file, 'utf8').includes(test);
const fileName = (path: string) => path.split('/').at(-1)!.replace('.spec.ts', '');

part('every attack of docs/security.md, and the spec that refuses it');
const [, threats] = readFileSync('docs/security.md', 'utf8').split('| Attacker | Attack | Defence |\n');
const attacks = [...threats!.split('\n\n')[0]!.matchAll(/^\| (?!---)[^|]+ \| ([^|]+) \|/gm)].map(
  ([, attack]) => attack!,
);
assert.deepEqual(
  attacks.filter((attack) => !THREATS[attack]),
  [],
);
for (const [attack, [file, test]] of Object.entries(THREATS)) {
  assert.ok(attacks.includes(attack), `docs/security.md no longer has: ${attack}`);
  assert.ok(isThere(file, test), `${file} has no test "${test}"`);
}
table(Object.entries(THREATS).map(([attack, [file]]) => [attack, fileName(file)]));

part('OWASP API Security Top 10 (2023)');
for (const [, file, test] of OWASP) assert.ok(isThere(file, test), `${file} has no test "${test}"`);
table(OWASP.map(([risk, file]) => [risk, fileName(file)]));

part('values stay values: HTML and CSV');
const name = '<img src=x onerror=alert(1)>';
show(String(html`<p>${name}</p>`));
assert.ok(!String(html`<p>${name}</p>`).includes('<img'));
const writer = TABLE_FORMATS.CSV.writer<string>({
  name: 'rows',
  columns: [{ name: 'note', value: (note) => note }],
  record: (note) => ({ note }),
  cursor: (note) => note,
});
writer.end(['=HYPERLINK("http://evil.example")']);
const csv = Buffer.concat(await writer.toArray())
  .toString()
  .trim()
  .split(/\r?\n/);
assert.ok(!/^"?=/.test(csv[1]!));
show(csv[1]!);

part('regular expressions that can backtrack (scslre)');
const [slow] = (await slowRegexes([/^(a+)+$/])).slow;
show(`an exponential one, as a check of the check: ${slow!.isExponential ? 'found' : 'missed'}`);
assert.ok(slow!.isExponential);
// The first run compiles it.
const [, short, long] = [20, 22, 26].map((length) => attacked({ ...slow!, worst: 'a' }, length));
measured(`(a+)+$ on 22 characters: ${short!.toFixed(1)} ms, on 26: ${long!.toFixed(1)} ms`);
assert.ok(long! > 3 * short!);
const { count, slow: found } = await slowRegexes();
assert.ok(count > 200);
assert.deepEqual(
  found.filter(({ isExponential }) => isExponential),
  [],
);
show('exponential in src and libs: 0');
const times = found.map((one) => attacked(one, 16_000));
measured(
  `${count} read; ${found.length} may take quadratic time; the slowest, on 16,000 of its worst character: ${Math.round(Math.max(...times))} ms`,
);
assert.ok(Math.max(...times) < 5_000);

part('what helps against attacks, by release of Node');
showByRelease(
  "`--permission: ${process.allowedNodeEnvironmentFlags.has('--permission')}, also for the network: ${process.allowedNodeEnvironmentFlags.has('--allow-net')}; RegExp.escape: ${typeof RegExp.escape}; crypto.argon2: ${typeof require('crypto').argon2}`",
);
