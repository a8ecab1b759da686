import { httpClient } from '#gateway/identity/issuers/http-client';
import { caOf, fetchOver, issuerAgent } from '#gateway/identity/issuers/issuer-agent';
import { publishedKeys } from '#gateway/identity/issuers/key-list';
import { planProcesses } from '#tools/launcher/plan';
import { clockFinding } from './clock.ts';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 3_000;
/** `Date` has whole seconds. */
const DATE_PRECISION_MS = 1_000;

/** Whether issuers answer, with keys that verify their tokens, and by their clock. */
export async function checkIssuers({ environment, config }: Given): Promise<Finding[]> {
  if (!config) return [];
  const { identity } = planProcesses(environment);
  const found = await Promise.all(
    config.ISSUERS_FILE.flatMap((settings) => {
      const { issuer, jwksUrl, introspection } = settings;
      const isDemo = issuer === identity?.issuer;
      const findings = (url: string, judge: Judge) =>
        issuerFindings({ about: `issuer ${issuer}`, url, ca: caOf(config, settings), isDemo }, judge);
      return [
        ...(jwksUrl === undefined ? [] : [findings(jwksUrl, keysIn)]),
        ...(introspection ? [findings(introspection.url, endpointAt)] : []),
      ];
    }),
  );
  return found.flat();
}

/** What an answer means. @throws {Error} saying why it cannot be used */
type Judge = (answer: Response) => Promise<string>;

/** As the gateway reads them: see `RemoteKeys`. */
async function keysIn(answer: Response): Promise<string> {
  if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  const json: unknown = await answer.json();
  if (!Array.isArray((json as { keys?: unknown } | null)?.keys))
    throw new Error('it is no key set (RFC 7517): it has no `keys`');
  const algorithms = new Set(publishedKeys(json).flatMap((key) => key.algorithms));
  if (!algorithms.size) throw new Error('none of its keys verifies signatures here');
  return `has keys for ${[...algorithms].join(', ')}`;
}

/** Any refusal will do: the question has no token and no credentials. */
async function endpointAt(answer: Response): Promise<string> {
  await answer.body?.cancel();
  if (answer.status === 404 || answer.status >= 500) throw new Error(`it answers ${answer.status}`);
  return 'answers';
}

interface IssuerRequest {
  about: string;
  url: string;
  ca: string | undefined;
  isDemo: boolean;
}

async function issuerFindings({ about, url, ca, isDemo }: IssuerRequest, judge: Judge): Promise<Finding[]> {
  const agent = issuerAgent(ca) ?? new (httpClient().Agent)();
  try {
    const before = Date.now();
    // The gateway follows no redirects either.
    const answer = await fetchOver(agent)(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const after = Date.now();
    const date = Date.parse(answer.headers.get('date') ?? '');
    const message = await judge(answer);
    const clock = Number.isNaN(date) ? [] : [clockFinding(about, date, before, after, DATE_PRECISION_MS)];
    return [ok(about, `${message} at ${url}`), ...clock];
  } catch (error) {
    if (isDemo) return [ok(about, 'does not run: npm start starts it')];
    const advice = 'Check ISSUERS_FILE, the network and caFile: its tokens are refused until it answers.';
    return [problem(about, `cannot be used: ${url}: ${reasonOf(error)}`, advice)];
  } finally {
    await agent.destroy();
  }
}
