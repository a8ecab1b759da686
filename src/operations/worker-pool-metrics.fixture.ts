/** Goes on once the first number is not 0: the test decides when. */
export function whenOpen(gate: SharedArrayBuffer): { value: null } {
  const numbers = new Int32Array(gate);
  Atomics.store(numbers, 1, 1);
  Atomics.notify(numbers, 1);
  Atomics.wait(numbers, 0, 0);
  return { value: null };
}
