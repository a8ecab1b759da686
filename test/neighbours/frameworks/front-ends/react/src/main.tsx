import { browserLogin, cookies, createClient } from '@atrium/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Home, Progress } from './example.tsx';

const client = createClient({ auth: cookies() });
const queries = new QueryClient();

async function logIn(form: FormData): Promise<void> {
  await browserLogin(client, { email: String(form.get('email')), password: String(form.get('password')) });
  await queries.invalidateQueries();
}

/** The example, with a login, and a button that takes it off the page. */
function App() {
  const [isOpen, setOpen] = useState(true);
  const order = new URLSearchParams(location.search).get('order');
  const example = order ? <Progress id={order} /> : <Home />;
  return (
    <>
      <form action={logIn}>
        <input name="email" />
        <input name="password" type="password" />
        <button>Log in</button>
      </form>
      {isOpen ? example : <p>Closed</p>}
      <button id="close" onClick={() => setOpen(false)}>
        Close
      </button>
    </>
  );
}

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
