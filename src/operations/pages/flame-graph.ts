import type { StackFrame } from '#gateway/operations/profiles/profile';
import { html, type Html } from '#libs/html';
import { percent } from './format.ts';

const ROW_PX = 20;
/** The least share of a drawn function: narrower ones could not be seen. */
const MIN_SHARE = 0.001;
/** The least share of a function whose name is drawn. */
const MIN_NAMED = 0.012;
/** The most rows: deeper calls are counted in the last one. */
const MAX_DEPTH = 90;

/** The colours of functions, with what they mean. */
const ORIGINS = [
  ['own', 'Gateway'],
  ['package', 'Packages'],
  ['node', 'Node.js'],
  ['engine', 'Engine'],
] as const;

/** Whose code a function is. */
function originOf(place: string): (typeof ORIGINS)[number][0] {
  if (!place) return 'engine';
  if (place.startsWith('node:')) return 'node';
  return place.includes('node_modules/') ? 'package' : 'own';
}

/**
 * A flame graph: each function lies below its caller, as wide as its share of all. Every frame is an SVG of its own, which
 * clips its name, so nothing is measured and no script is needed.
 * @param print prints what was measured
 */
export function flameGraph(root: StackFrame, label: string, print: (value: number) => string): Html {
  const frames: Html[] = [];
  let rows = 1;
  const draw = (frame: StackFrame, start: number, depth: number): void => {
    const share = frame.total / root.total;
    if (share < MIN_SHARE || depth >= MAX_DEPTH) return;
    rows = Math.max(rows, depth + 1);
    frames.push(frameOf(frame, start, share, depth, print));
    let next = start;
    for (const child of frame.children) {
      draw(child, next, depth + 1);
      next += child.total / root.total;
    }
  };
  if (root.total > 0) draw({ ...root, name: 'All' }, 0, 0);
  return html`<ul class="key">
      ${ORIGINS.map(([origin, name]) => html`<li>${swatch(origin)}${name}</li>`)}
    </ul>
    <div class="scroll tall" role="region" aria-label="${label}" tabindex="0">
      <svg
        class="flame"
        role="img"
        aria-label="${label}. The table below has the same functions as text."
        height="${rows * ROW_PX}"
      >
        ${frames}
      </svg>
    </div>`;
}

/** A sample of a colour, for a legend. */
export const swatch = (className: string): Html =>
  html`<svg aria-hidden="true" viewBox="0 0 1 1"><rect class="${className}" width="1" height="1" /></svg>`;

const inPercent = (share: number): string => `${(share * 100).toFixed(3)}%`;

function frameOf(
  { name, place, total }: StackFrame,
  start: number,
  share: number,
  depth: number,
  print: (value: number) => string,
): Html {
  const at = place ? ` (${place})` : '';
  return html`<svg x="${inPercent(start)}" y="${depth * ROW_PX}" width="${inPercent(share)}" height="${ROW_PX}">
    <title>${name}${at}: ${print(total)}, ${percent(share)}</title>
    <rect class="frame ${originOf(place)}" width="100%" height="100%" />
    ${share >= MIN_NAMED && html`<text x="4" y="14">${name}</text>`}
  </svg>`;
}
