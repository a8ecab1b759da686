/** Prints a line that is the same in every run. The page of the proof shows it, and `npm run study` compares both. */
export function show(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Prints a line with measurements, marked with `~`. The page shows those of one run. */
export function measured(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`~ ${line}\n`);
}

/** Prints rows as a table with columns of equal width, through `print`. */
export function table(rows: readonly (readonly (string | number)[])[], print = show): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows)
    print(
      row
        .map((cell, column) => String(cell).padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

/** Prints the heading of a part of the proof. */
export function part(title: string): void {
  process.stdout.write(`# ${title}\n`);
}

/** Where a browser is, and how to get one. */
export const CHROMIUM = '/usr/bin/chromium';

/**
 * Prints that a part needs a browser, which a fresh machine has not. It fails the proof with `STUDY_BROWSER=required`, as CI
 * sets it once the tests against other programs have installed one.
 */
export function noBrowser(): void {
  process.stdout.write(
    `not run: there is no ${CHROMIUM}; \`npm run test:neighbours -- storefront --install\` installs it\n`,
  );
  if (process.env['STUDY_BROWSER'] === 'required') process.exitCode = 1;
}

/** Prints why the part cannot run on this machine; with `CI=true` that fails the proof. */
export function notRun(reason: string): void {
  process.stdout.write(`not run: ${reason}\n`);
  if (process.env['CI'] === 'true') process.exitCode = 1;
}
