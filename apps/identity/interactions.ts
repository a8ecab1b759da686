import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { DEMO_ACCOUNTS } from '#libs/demo-data';
import { errors, type Provider } from 'oidc-provider';
import { loginPage, PAGE_HEADERS } from './pages.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const MAX_FORM_CHARACTERS = 4_096;

/** Serves the login page, and handles its form. */
export async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const interaction = await provider.interactionDetails(request, response);
    if (request.method === 'POST') await answered(provider, interaction, request, response);
    else show(interaction, response);
  } catch (error) {
    if (!(error instanceof errors.SessionNotFound)) throw error;
    response.writeHead(400, { ...PAGE_HEADERS, 'content-type': 'text/plain' }).end('This login has ended.\n');
  }
}

async function answered(
  provider: Provider,
  interaction: Interaction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams((await text(request)).slice(0, MAX_FORM_CHARACTERS));
  if (form.get('answer') === 'no') {
    return provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  const isLogin = interaction.prompt.name === 'login';
  const accountId = isLogin ? accountIn(form) : interaction.session?.accountId;
  if (accountId === undefined) return show(interaction, response, true);
  const consent = { grantId: await grantedTo(provider, accountId, interaction) };
  // A user who only consents has not logged in again, so `auth_time` stays unchanged.
  const login = isLogin ? { login: { accountId } } : {};
  await provider.interactionFinished(request, response, { ...login, consent });
}

/** Grants a client all requested scopes. @returns the id of the grant */
async function grantedTo(provider: Provider, accountId: string, { params }: Interaction): Promise<string> {
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope']));
  return grant.save();
}

function accountIn(form: URLSearchParams): string | undefined {
  const [email, password] = [form.get('email'), form.get('password')];
  return DEMO_ACCOUNTS.find((one) => one.email === email && one.password === password)?.id;
}

function show({ prompt, params, session }: Interaction, response: ServerResponse, isWrong = false): void {
  const id = prompt.name === 'login' ? undefined : session?.accountId;
  const name = DEMO_ACCOUNTS.find((one) => one.id === id)?.name;
  const hint = ((params['login_hint'] as string | undefined) ?? '').slice(0, 200);
  response.writeHead(isWrong ? 401 : 200, PAGE_HEADERS).end(loginPage({ name, hint, isWrong }));
}
