// In development: loads the page again when the gateway was started again.
const POLL_MS = 1_000;
const boot = document.querySelector<HTMLMetaElement>('meta[name="boot"]')?.content;

async function look(): Promise<void> {
  // It may be gone for as long as it restarts.
  const answer = await fetch('/shop/boot', { cache: 'no-store' }).catch(() => undefined);
  if (answer?.ok && (await answer.text()) !== boot) location.reload();
}

if (boot !== undefined) setInterval(() => void look(), POLL_MS);

export {};
