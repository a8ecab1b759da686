import { randomFillSync } from 'node:crypto';

/** The state of the generator sfc32 (Doty-Humphrey, PractRand), seeded with 128 random bits at the first id. */
let a = 0;
let b = 0;
let c = 0;
let counter = 0;

/** The next 32 bits, as eight hexadecimal digits. A system call for each id would cost more than the span. */
function nextWord(): string {
  if (!counter) seed();
  const sum = (a + b + counter) | 0;
  counter = (counter + 1) | 0 || 1;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = ((c << 21) | (c >>> 11)) + sum;
  c |= 0;
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function seed(): void {
  const words = randomFillSync(new Int32Array(3));
  [a, b, c] = [words[0]!, words[1]!, words[2]!];
  counter = 1;
  // The first outputs depend on few bits of the seed.
  for (let round = 0; round < 15; round += 1) nextWord();
}

/** A new trace id: 32 hexadecimal digits, random in all of them (W3C Trace Context Level 2, section 3.2.2.5). */
export function newTraceId(): string {
  const id = nextWord() + nextWord() + nextWord() + nextWord();
  return /[1-9a-f]/.test(id) ? id : newTraceId();
}

/** A new span id: 16 hexadecimal digits. */
export function newSpanId(): string {
  const id = nextWord() + nextWord();
  return /[1-9a-f]/.test(id) ? id : newSpanId();
}
