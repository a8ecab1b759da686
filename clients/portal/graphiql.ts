// The page of GraphiQL: the caller's session, subscriptions over WebSocket, and the trusted operations by their id.
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { type DocumentNode, parse } from 'graphql';
import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';

/** A trusted operation: running its text unchanged sends its id, as an app does. */
interface OperationText {
  id: string;
  text: string;
}

const root = document.getElementById('graphiql')!;
const operations = JSON.parse(root.dataset['operations']!) as OperationText[];
const workers = JSON.parse(root.dataset['workers']!) as Record<string, string>;

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_id: string, label: string) => new Worker(workers[label] ?? workers['editor']!),
  },
});

const url = new URL('/graphql', location.href);
const send = createGraphiQLFetcher({
  url: url.href,
  subscriptionUrl: url.href.replace(/^http/, 'ws'),
  headers: { 'X-CSRF': '1' },
  fetch: (input, init) => fetch(input, { ...init, body: withDocumentId(init!.body as string) }),
});

/** Sends an operation; the text decides what is a subscription, since the editor parses it a moment after it has changed. */
const fetcher: Fetcher = (params, options) => send(params, { ...options, documentAST: parsed(params.query) });

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    // The gateway says what is wrong with it.
    return undefined;
  }
}

/** A request for a trusted operation names it; another one has its text. */
function withDocumentId(body: string): string {
  const { query, ...others } = JSON.parse(body) as { query?: string };
  const trusted = operations.find(({ text }) => text.trim() === query?.trim());
  return trusted ? JSON.stringify({ ...others, documentId: trusted.id }) : body;
}

/** The editors take Tab for themselves: who uses no mouse must be told how to leave (WCAG 2.1.2). */
const KEYS =
  'Enter goes into an editor, and Ctrl+Enter runs the operation. There Tab indents; after Ctrl+M it moves the focus (on macOS: F1, Toggle Tab Key Moves Focus).';

function Page() {
  const [chosen, choose] = useState('');
  const text = operations.find(({ id }) => id === chosen)?.text;
  const options = operations.map(({ id }) => createElement('option', { key: id, value: id }, id));
  return createElement(
    'div',
    { className: 'graphiql-page' },
    createElement(
      'label',
      { className: 'trusted' },
      'Trusted operation ',
      createElement(
        'select',
        { value: chosen, onChange: ({ target }: { target: { value: string } }) => choose(target.value) },
        createElement('option', { value: '' }, 'None: a query of your own'),
        options,
      ),
    ),
    createElement('p', { className: 'keys' }, KEYS),
    createElement(GraphiQL, { key: chosen, fetcher, ...(text === undefined ? {} : { initialQuery: text }) }),
  );
}

createRoot(root).render(createElement(Page));
