import type { ProfileRequest } from '#gateway/operations/profiles/profile-request';
import { MAX_SECONDS } from '#gateway/operations/profiles/profile-request';
import { hottestOf, type Profile, type SampledKind, treeOf } from '#gateway/operations/profiles/profile';
import { inBase64, profileJson } from '#gateway/operations/profiles/profile-json';
import { html, type Html } from '#libs/html';
import { flameGraph } from './flame-graph.ts';
import { duration, percent, size } from './format.ts';
import { figure, page, PAGE_END, pageStart, table } from './shell.ts';

const PATH = '/admin/ui/profiles';
const MAX_HOT = 25;
const MICROS_PER_MS = 1_000;

const KINDS: Record<ProfileRequest['kind'], string> = {
  cpu: 'CPU profile: where the time goes',
  allocations: 'Allocation profile: who allocates memory',
  heap: 'Heap snapshot: what is in memory',
};
const TITLES: Record<SampledKind, string> = { cpu: 'CPU profile', allocations: 'Allocation profile' };

/** What can be profiled. */
interface Choice {
  allowsHeapSnapshots: boolean;
  /** The processes, the one that answers first. */
  pids: readonly number[];
}

/** The page that profiles are requested on. */
export const profilesPage = (choice: Choice): string =>
  page('Profiles', PATH, [form(choice), explanation(choice.allowsHeapSnapshots)]);

function form(
  { allowsHeapSnapshots: allowsHeap, pids }: Choice,
  chosen: ProfileRequest['kind'] = 'cpu',
  chosenPid = process.pid,
): Html {
  const kinds = (['cpu', 'allocations', 'heap'] as const).filter((kind) => kind !== 'heap' || allowsHeap);
  const radio = (kind: ProfileRequest['kind']) =>
    html`<p>
      <label
        ><input
          type="radio"
          name="kind"
          value="${kind}"
          ${kind === chosen && html`checked`}
        />${KINDS[kind]}</label
      >
    </p>`;
  return html`<form method="post" action="${PATH}">
    <fieldset>
      <legend>
        ${pids.length > 1 ? 'Take a profile of a process' : `Take a profile of process ${process.pid}`}
      </legend>
      ${kinds.map(radio)}
      <div class="row">
        ${pids.length > 1 && processes(pids, chosenPid)}
        <label
          >Seconds <input name="seconds" type="number" min="1" max="${MAX_SECONDS}" value="10" required
        /></label>
        <button>Take profile</button>
      </div>
    </fieldset>
  </form>`;
}

const processes = (pids: readonly number[], chosen: number): Html =>
  html`<label
    >Process
    <select name="pid">
      ${pids.toSorted((one, other) => one - other).map((pid) => html`<option value="${pid}" ${pid === chosen && html`selected`}>${pid}</option>`)}
    </select></label
  >`;

const explanation = (allowsHeap: boolean): Html =>
  html`<h2>What it costs, and what it contains</h2>
    <p>
      A CPU or allocation profile has names of functions and files, and no data of clients. Requests go on
      meanwhile. One profile of a process is taken at a time. Nothing is kept here: the profile is in the page that
      you get, and in the file that you download from it.
    </p>
    <p>
      ${
        allowsHeap
          ? html`A heap snapshot contains all that is in memory: tokens, and personal data of clients. It is
            refused without free memory for it. Readiness is dropped first, and then the process answers nothing
            until it is made. Handle the file as a secret, and delete it.`
          : html`Heap snapshots are off, since they contain personal data and stop the process for seconds:
              <code>HEAP_SNAPSHOTS=on</code> allows them.`
      }
    </p>`;

/** The page of a profile, which begins when the profile does and ends with its flame graph. */
export async function* profileResultPage(
  { kind, seconds, pid = process.pid }: ProfileRequest & { kind: SampledKind },
  fileName: string,
  choice: Choice,
  finished: Promise<Profile>,
): AsyncGenerator<string> {
  yield String(
    html`${pageStart(TITLES[kind], PATH)}
      <p role="status">Process ${pid} is profiled for ${seconds} s: the result follows below.</p>`,
  );
  try {
    const profile = await finished;
    yield String(resultOf(kind, profile));
    yield `<p><a class="button" download="${fileName}" href="data:application/json;base64,`;
    yield* inBase64(profileJson(profile));
    yield String(
      html`">Download ${fileName}</a></p>
      <p class="quiet">Chrome's developer tools open the file. It is in this page alone.</p>`,
    );
  } catch {
    yield String(html`<p class="note bad">The profile could not be taken. Try again.</p>`);
  }
  yield String(html`${form(choice, kind, pid)}${PAGE_END}`);
}

function resultOf(kind: SampledKind, profile: Profile): Html {
  const root = treeOf(profile);
  const print = kind === 'cpu' ? (micros: number) => duration(micros / MICROS_PER_MS) : size;
  const share = (value: number) => percent(root.total ? value / root.total : undefined);
  return html`<dl class="figures">
      ${kind === 'cpu' ? figure('Busy', percent(busyShareOf(profile, root.total)), `${print(root.total)} in all`) : figure('Allocated', size(root.total), 'by samples')}
    </dl>
    ${flameGraph(root, `Flame graph of the ${TITLES[kind]}`, print)}
    ${table(
      'Functions that cost most themselves',
      ['Function', 'Own', 'Share', 'File'],
      hottestOf(root, MAX_HOT).map(({ name, place, own }) => [
        name,
        print(own),
        share(own),
        html`<code>${place || 'engine'}</code>`,
      ]),
    )}`;
}

function busyShareOf(profile: Profile, micros: number): number | undefined {
  return 'endTime' in profile ? micros / (profile.endTime - profile.startTime) : undefined;
}
