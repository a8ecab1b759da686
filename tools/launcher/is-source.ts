/** Tests, and what they have for themselves: `ignore` of nest-cli.json. */
const OF_TESTS = /(\.(spec|fake|fixture)\.tsx?$|(^|\/)libs\/testing\/)/;
/** Swap files, locks and copies that editors, merges and file managers write beside sources. */
const BESIDE = /((^|\/)(\.[^/]*|#[^/]*#|4913)|(~|\.sw[a-z]|\.(orig|rej|bak|tmp)))$/;

/** Whether a file below the sources can change what runs. */
export const isSource = (path: string): boolean => {
  const plain = path.replaceAll('\\', '/');
  return !OF_TESTS.test(plain) && !BESIDE.test(plain);
};
