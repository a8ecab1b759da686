/** The style sheet of all pages of operators: light and dark by the setting of the system, legible on small screens. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#fff, #1d2128);
  --line: light-dark(#d5dae1, #343b46);
  --text: light-dark(#1a1f27, #e7eaef);
  --quiet: light-dark(#57606e, #a3adbb);
  --accent: light-dark(#0b57d0, #8ab4f8);
  --on-accent: light-dark(#fff, #10203a);
  --bad: light-dark(#b3261e, #ff9c94);
  --bad-ground: light-dark(#fdebea, #43201d);
  --good: light-dark(#146c2e, #86d99b);
  --good-ground: light-dark(#e6f4ea, #1a3524);
  --wait: light-dark(#8a5a00, #f3c969);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 0.9375rem/1.5 system-ui, sans-serif; }
[hidden] { display: none !important; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
:focus-visible { outline: 0.1875rem solid var(--accent); outline-offset: 0.125rem; }
main:focus { outline: none; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem; padding: 0.75rem 1.5rem; background: var(--card); border-bottom: 1px solid var(--line); }
header p, header form { margin: 0; }
.brand { font-weight: 700; letter-spacing: 0.02em; }
nav { flex: 1; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem; list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.375rem 0.75rem; border-radius: 0.5rem; color: var(--text); text-decoration: none; }
nav a:hover { background: var(--ground); }
nav a[aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 600; }
main { max-width: 84rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
main.login { max-width: 24rem; margin-top: 8vh; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.5rem; }
.login label { display: block; }
.login input { width: 100%; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
a { color: var(--accent); }
.quiet, small, caption { color: var(--quiet); }
small { font-size: 0.8125rem; font-weight: 400; white-space: nowrap; }
.note { padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--card); border: 1px solid var(--line); }
.bad { color: var(--bad); }
.note.bad, .badge.bad { background: var(--bad-ground); border-color: var(--bad); }
.badge { padding: 0.125rem 0.5rem; border-radius: 1rem; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-ground); }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; padding: 0.625rem 0.875rem; }
.figure dt { color: var(--quiet); font-size: 0.8125rem; }
.figure dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.figure.bad { border-color: var(--bad); }
.scroll { overflow-x: auto; margin: 1.5rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 0.625rem; }
.tall { max-height: 42rem; overflow: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.75rem 1rem 0.25rem; font-weight: 600; color: var(--text); }
th, td { text-align: left; padding: 0.4375rem 1rem; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; color: var(--quiet); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 9rem; overflow-wrap: anywhere; }
td { white-space: nowrap; }
td.wide { white-space: normal; overflow-wrap: anywhere; }
code { font: 0.875em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; margin: 0; font: 0.8125rem/1.4 ui-monospace, monospace; }
form.row { margin: 1rem 0; display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem; }
fieldset { border: 1px solid var(--line); border-radius: 0.625rem; background: var(--card); padding: 0.75rem 1rem 1rem; margin: 1rem 0; }
legend { font-weight: 600; padding: 0 0.25rem; }
label { display: inline-block; }
input, select, button { font: inherit; color: inherit; }
input, select { padding: 0.375rem 0.625rem; border: 1px solid var(--quiet); border-radius: 0.5rem; background: var(--ground); }
label > input[type=radio] { margin-right: 0.375rem; }
button, .button { padding: 0.4375rem 1rem; border: 1px solid var(--accent); border-radius: 0.5rem; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; text-decoration: none; display: inline-block; }
button.plain { background: transparent; color: var(--accent); }
button[aria-pressed=true] { background: var(--good-ground); color: var(--good); border-color: var(--good); }
svg.flame, svg.waterfall { display: block; min-width: 40rem; width: 100%; }
svg text { font: 0.75rem/1 system-ui, sans-serif; fill: #16191f; }
svg .frame { stroke: var(--card); stroke-width: 1; }
svg .own { fill: #ffc46b; } svg .package { fill: #9fd0ff; } svg .node { fill: #b9e3b0; } svg .engine { fill: #d9cbf2; }
svg .label { fill: var(--text); } svg .quiet { fill: var(--quiet); } svg .grid { stroke: var(--line); }
svg .span { fill: #6ea8fe; } svg .span.failed { fill: #ff8a80; } svg .span.root { fill: #b7c0cd; } svg .span.cache { fill: #7fd6a4; } svg .span.internal { fill: #cdb4f5; }
svg .queued { fill: #f3c969; } svg .deadline { stroke: var(--bad); stroke-dasharray: 4 3; }
svg.spark { display: block; width: 7rem; height: 1.25rem; } svg.spark polyline { fill: none; stroke: var(--accent); vector-effect: non-scaling-stroke; }
.key { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; }
.key svg { width: 0.875rem; height: 0.875rem; vertical-align: -0.125rem; margin-right: 0.375rem; }
td.facts { white-space: normal; max-width: 22rem; }
.badge.fact { border: 1px solid var(--line); font-size: 0.8125rem; color: var(--text); }
details dl { margin: 0.25rem 0; }
details dt { color: var(--quiet); font-size: 0.8125rem; }
details dd { margin: 0 0 0.25rem; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--accent); }
.bars { width: 40%; min-width: 14rem; }
.depth-1 { padding-left: 2rem; } .depth-2 { padding-left: 3rem; } .depth-3 { padding-left: 4rem; }
.depth-4 { padding-left: 5rem; } .depth-5 { padding-left: 6rem; } .depth-6 { padding-left: 7rem; }
@media (max-width: 40rem) {
  header { justify-content: flex-end; }
  .brand { margin-right: auto; }
  nav { order: 1; flex-basis: 100%; }
  nav a { padding: 0.375rem 0.5rem; }
  header, main { padding-left: 0.875rem; padding-right: 0.875rem; }
  th, td { padding: 0.375rem 0.625rem; }
  .figures { grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: 0.5rem; }
}
`;
