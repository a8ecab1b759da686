/** The script of the pages: requests the page again every five seconds, and exchanges the parts that are kept up to date. */
export const LIVE_SCRIPT = `const REFRESH_MS = 5_000;
const types = globalThis.trustedTypes ?? { createPolicy: (name, rules) => rules };
const policy = types.createPolicy('live', { createHTML: (text) => text });
const parts = () => document.querySelectorAll('[data-live]');

/** What somebody reads by keyboard or has selected stays as it is. */
const isInUse = (part) => part.contains(document.activeElement) || getSelection()?.containsNode(part, true) && !getSelection().isCollapsed;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(policy.createHTML(await answer.text()), 'text/html');
  for (const part of parts()) {
    const from = next.getElementById(part.id);
    if (from && !isInUse(part)) part.replaceChildren(...from.childNodes);
  }
}

if (parts().length) {
  const button = document.createElement('button');
  button.className = 'plain';
  button.textContent = 'Live';
  button.setAttribute('aria-pressed', 'true');
  button.addEventListener('click', () => {
    button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  });
  document.querySelector('header form').before(button);
  const isOn = () => button.getAttribute('aria-pressed') === 'true' && document.visibilityState === 'visible';
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    if (isOn()) await refresh().catch(() => {});
  }
}
`;
