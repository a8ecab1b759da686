/** Where the pages find the two streams for operators. */
export const SYSTEM_STREAM = '/admin/events/system';
export const ACTIVITY_STREAM = '/admin/events/user-activity';

/** The script of the overview: draws the two streams for operators as their events come, unless "Live" is switched off. */
export const LIVE_EVENTS_SCRIPT = `const MAX_POINTS = 60;
const MAX_ROWS = 20;
const REOPEN_MS = 5_000;
// Ends after which the next stream goes on; after the others the session is over.
const RECONNECTS = ['expired', 'operator'];
const SVG = 'http://www.w3.org/2000/svg';
const processes = new Map();
const isPaused = () => document.querySelector('header button[aria-pressed=false]') !== null;
const bodyOf = (stream) => document.querySelector('table[data-stream="' + stream + '"] tbody');
const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

function cell(text, className) {
  const made = document.createElement('td');
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The last values as a line: what the number beside it says is not said twice. */
function line(values) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'spark');
  svg.setAttribute('viewBox', '0 0 ' + MAX_POINTS + ' 20');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const most = Math.max(...values, 1e-9);
  const path = document.createElementNS(SVG, 'polyline');
  path.setAttribute('points', values.map((value, at) => at + ',' + (19 - 18 * value / most)).join(' '));
  svg.append(path);
  return svg;
}

function drawn(text, values, isBad) {
  const made = cell(text, isBad ? 'bad' : '');
  made.append(line(values));
  return made;
}

function show(status) {
  const { gateway, cpu, memory, eventLoop, requests, streams, breakers } = status;
  const known = processes.get(gateway) ?? { row: document.createElement('tr'), cpu: [], memory: [], delay: [], requests: [], streams: [] };
  processes.set(gateway, known);
  const delay = eventLoop.p99DelayMs ?? 0;
  const now = { cpu: cpu.cores, memory: memory.rssBytes, delay, requests: requests.inFlight, streams: streams.open };
  for (const [name, value] of Object.entries(now)) known[name] = [...known[name], value].slice(-MAX_POINTS);
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = gateway;
  known.row.replaceChildren(
    name,
    drawn(number.format(100 * cpu.cores) + ' %', known.cpu),
    drawn(number.format(memory.rssBytes / 1e6) + ' MB', known.memory),
    drawn(number.format(delay) + ' ms', known.delay, delay >= 100),
    drawn(requests.queued ? requests.inFlight + ', queued ' + requests.queued : String(requests.inFlight), known.requests),
    drawn(String(streams.open), known.streams),
    cell(breakers.map(({ upstream, method, state }) => upstream + ' ' + method + ': ' + state.toLowerCase()).join(', ') || 'none', breakers.length ? 'bad wide' : ''),
  );
  known.at = Date.now();
  // Those that have ended report no more.
  for (const [name, { at, row }] of processes) if (at < Date.now() - 20_000) (processes.delete(name), row.remove());
  bodyOf('${SYSTEM_STREAM}').replaceChildren(...[...processes.keys()].sort().map((name) => processes.get(name).row));
}

function note({ event, userId, reason, omitted, ...about }) {
  const row = document.createElement('tr');
  const time = document.createElement('th');
  time.scope = 'row';
  time.textContent = new Date().toISOString().slice(11, 19);
  const facts = Object.entries({ ...about, reason, omitted }).filter(([, value]) => value !== undefined);
  row.append(time, cell(event), cell(userId ?? 'anonymous'), cell(facts.map(([name, value]) => name + ' ' + value).join(', '), 'wide'));
  const body = bodyOf('${ACTIVITY_STREAM}');
  body.querySelector('[data-none]')?.remove();
  body.prepend(row);
  while (body.rows.length > MAX_ROWS) body.lastElementChild.remove();
}

function follow(stream, type, draw) {
  const source = new EventSource(stream);
  source.addEventListener(type, ({ data }) => isPaused() || draw(JSON.parse(data)));
  source.addEventListener('end', ({ data }) => RECONNECTS.includes(JSON.parse(data).reason) || source.close());
  // A browser does not open a refused stream again.
  source.addEventListener('error', () => source.readyState === EventSource.CLOSED && setTimeout(follow, REOPEN_MS, stream, type, draw));
}
follow('${SYSTEM_STREAM}', 'status', show);
follow('${ACTIVITY_STREAM}', 'activity', note);
`;
