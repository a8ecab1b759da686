import { html, type Html, type HtmlValue } from '#libs/html';

/** Colours of the pictures. They are read on the white ground of `picture`, by the colour-blind too. */
export const COLORS = {
  ink: '#1f2933',
  quiet: '#5f6c7b',
  line: '#d9dee5',
  ground: '#f4f6f8',
  blue: '#2f6fb3',
  green: '#2a8a5d',
  orange: '#c46a12',
  red: '#c0392b',
  violet: '#7453a8',
} as const;

/** An SVG document of its own, with what it shows as text for those who do not see it. @param width of its view, in pixels */
export function picture(title: string, width: number, height: number, parts: HtmlValue): string {
  const svg = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    role="img"
    font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
    font-size="12"
    fill="${COLORS.ink}"
  >
    <title>${title}</title>
    <rect width="${width}" height="${height}" rx="8" fill="#fff" stroke="${COLORS.line}" />
    ${parts}
  </svg>`;
  return `${svg.markup}\n`;
}

interface Text {
  size?: number;
  color?: string;
  anchor?: 'start' | 'middle' | 'end';
  weight?: number;
}

/** A line of text, centred on `y`. */
export const text = (x: number, y: number, content: string, given: Text = {}): Html => {
  const { size = 12, color = COLORS.ink, anchor = 'start', weight = 400 } = given;
  return html`<text
    x="${fixed(x)}"
    y="${fixed(y)}"
    dominant-baseline="middle"
    text-anchor="${anchor}"
    font-size="${size}"
    font-weight="${weight}"
    fill="${color}"
    >${content}</text
  > `;
};

/** A filled rectangle. @param label that is shown beside the pointer */
export const box = (
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  { stroke = 'none', radius = 3, label }: { stroke?: string; radius?: number; label?: string } = {},
): Html =>
  html`<rect
    x="${fixed(x)}"
    y="${fixed(y)}"
    width="${fixed(Math.max(width, 0.5))}"
    height="${fixed(height)}"
    rx="${radius}"
    fill="${fill}"
    stroke="${stroke}"
    >${label !== undefined && html`<title>${label}</title>`}</rect
  > `;

/** A straight line. */
export const line = (
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  { color = COLORS.line as string, width = 1, dashed = false } = {},
): Html =>
  html`<line
    x1="${fixed(x1)}"
    y1="${fixed(y1)}"
    x2="${fixed(x2)}"
    y2="${fixed(y2)}"
    stroke="${color}"
    stroke-width="${width}"
    stroke-dasharray="${dashed ? '4 4' : 'none'}"
  /> `;

/** A line through points. */
export const polyline = (points: readonly (readonly [x: number, y: number])[], color: string): Html =>
  html`<polyline
    fill="none"
    stroke="${color}"
    stroke-width="2"
    stroke-linejoin="round"
    points="${points.map(([x, y]) => `${fixed(x)},${fixed(y)}`).join(' ')}"
  /> `;

/** One decimal is finer than a pixel. */
const fixed = (value: number): string => String(Math.round(value * 10) / 10);
