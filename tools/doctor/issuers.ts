import { httpClient } from '#gateway/identity/issuers/http-client';
import { caOf, fetchOver, issuerAgent } from '#gateway/identity/issuers/issuer-agent';
import { planProcesses } from '#tools/launcher/plan';
import { clockFinding } from './clock.ts';
import { type Finding, ok, problem, reasonOf } from './finding.ts';
import type { Given } from './given.ts';

const TIMEOUT_MS = 3_000;
/** `Date` has whole seconds. */
const DATE_PRECISION_MS = 1_000;

/** Whether identity providers and issuers answer, with their keys, and by their clock. */
export async function checkIssuers({ environment, config }: Given): Promise<Finding[]> {
  if (!config) return [];
  const { identity } = planProcesses(environment);
  const found = await Promise.all(
    config.ISSUERS_FILE.map((settings) => {
      const { issuer, jwksUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` } = settings;
      return issuerFindings(issuer, jwksUrl, caOf(config, settings), issuer === identity?.issuer);
    }),
  );
  return found.flat();
}

async function issuerFindings(
  issuer: string,
  url: string,
  ca: string | undefined,
  isDemo: boolean,
): Promise<Finding[]> {
  const about = `issuer ${issuer}`;
  const agent = issuerAgent(ca) ?? new (httpClient().Agent)();
  try {
    const before = Date.now();
    const answer = await fetchOver(agent)(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const after = Date.now();
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    await answer.json();
    const clock = Number.isNaN(date) ? [] : [clockFinding(about, date, before, after, DATE_PRECISION_MS)];
    return [ok(about, `answers at ${url}`), ...clock];
  } catch (error) {
    if (isDemo) return [ok(about, 'does not run: npm start starts it')];
    const advice = 'Check ISSUERS_FILE, the network and caFile: its tokens are refused until it answers.';
    return [problem(about, `cannot be used: ${reasonOf(error)}`, advice)];
  } finally {
    await agent.destroy();
  }
}
