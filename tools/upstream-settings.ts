import { loadConfig, settingNames } from '#gateway/config/config';

const HTTP = 'http:// or https:// URLs or unix:/path/of/socket, comma-separated';
const GRPC =
  'host:port, srv:_grpc._tcp.name or unix:/path/of/socket, with prefix grpcs:// for TLS and suffix ;weight=n; comma-separated';

/** The settings that hold the addresses of an upstream, with their default addresses. */
function addressSettings(): [name: string, addresses: string[]][] {
  const defaults = Object.entries(loadConfig({})) as [string, unknown][];
  return defaults
    .filter(([name, value]) => settingNames.includes(name) && name.endsWith('_URL') && Array.isArray(value))
    .map(([name, value]) => [name, value as string[]]);
}

/** `.env.example` with a commented-out line for each upstream that it does not list yet, after the last one it lists. */
export function withUpstreams(envExample: string): string {
  const all = addressSettings();
  const missing = all.filter(([name]) => !new RegExp(`^(# )?${name}=`, 'm').test(envExample));
  const lines = missing.map(([name, addresses]) => {
    const service = name.slice(0, -'_URL'.length).toLowerCase();
    const form = addresses.some((address) => address.startsWith('http')) ? HTTP : GRPC;
    return `# The addresses of the ${service} service. (${form})\n# ${name}=${addresses.join(',')}\n`;
  });
  const last = Math.max(...all.map(([name]) => endOfLine(envExample, new RegExp(`^(# )?${name}=.*\\n`, 'm'))));
  return insert(envExample, last, lines.join(''));
}

/** `docker-compose.yml` that passes on the address of each upstream for which it has no service of its own. */
export function withUpstreamsPassedOn(compose: string): string {
  const missing = addressSettings().filter(([name]) => !new RegExp(`^ +${name}: `, 'm').test(compose));
  const lines = missing.map(([name]) => `  ${name}: \${${name}:-}\n`);
  return insert(compose, endOfLine(compose, /^x-gateway-settings: .*\n/m), lines.join(''));
}

/** The offset after the first match, or -1. */
function endOfLine(text: string, line: RegExp): number {
  const found = line.exec(text);
  return found ? found.index + found[0].length : -1;
}

function insert(text: string, at: number, lines: string): string {
  if (!lines) return text;
  if (at < 0) throw new Error(`Found no place to insert these lines:\n${lines}`);
  return text.slice(0, at) + lines + text.slice(at);
}
