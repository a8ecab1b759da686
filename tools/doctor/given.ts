import { type Config, loadConfig } from '#gateway/config/config';
import { serviceSettings } from '#libs/service';
import { misspeltSettings, readSettings, SettingsError } from '#libs/process';
import { writeIssuers } from '#tools/launcher/identity';
import { planProcesses, type Plans } from '#tools/launcher/plan';
import { withoutIdentity, wrongSettings } from '#tools/launcher/wrong-settings';
import { type Finding, ok, problem, warning } from './finding.ts';

/** What the checks look at. */
export interface Given {
  environment: NodeJS.ProcessEnv;
  /** The settings of the gateway; undefined if they are wrong. */
  config: Config | undefined;
  /** Those of the services' data; undefined if they are wrong. */
  data:
    | {
        DATABASE_URL?: string | undefined;
        DATA_DIR: string;
        DATABASE_REPLICA_URLS?: readonly string[];
        DATABASE_STATEMENT_TIMEOUT_MS?: number;
      }
    | undefined;
}

const read = <T>(make: () => T): T | undefined => {
  try {
    return make();
  } catch (error) {
    if (error instanceof SettingsError) return undefined;
    throw error;
  }
};

/** What `npm start` would start; undefined if its settings are wrong. */
function planned(environment: NodeJS.ProcessEnv): Plans | undefined {
  const plans = read(() => planProcesses(environment));
  const { identity } = plans ?? {};
  if (!identity) return plans;
  const isWritten = read(() => {
    writeIssuers(identity);
    return true;
  });
  return isWritten ? plans : withoutIdentity(environment);
}

/**
 * Reads the settings as `npm start` would: what it sets for the demo is set here too. Each mistake is a finding.
 */
export async function readGiven(environment: NodeJS.ProcessEnv): Promise<{ given: Given; findings: Finding[] }> {
  const plans = planned(environment);
  const wrong = await wrongSettings(environment);
  const config = read(() => loadConfig({ ...environment, ...plans?.gateway.environment }));
  const data = read(() => readSettings(serviceSettings(0), { ...environment, PORT: undefined }));
  const set = config && plans ? 'are right' : 'cannot all be read';
  const findings = wrong.map((line) => {
    const [setting = '', ...message] = line.trim().split(': ');
    return problem(setting, message.join(': ') || setting, 'Mend it: .env.example explains every setting.');
  });
  const misspelt = misspeltSettings(environment).map((line) => {
    const [name = '', message = ''] = line.split(/ (.*)/s);
    return warning(name, message, 'Rename it, or leave it: nothing reads it.');
  });
  const right = [ok('settings', `those of the gateway and its services ${set}`)];
  return {
    given: { environment, config, data },
    findings: [...(findings.length ? findings : right), ...misspelt],
  };
}
