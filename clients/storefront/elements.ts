/** The places of a page: the document, and the shadow root that holds what was sent before the parts. */
export function places(): (Document | ShadowRoot)[] {
  const { shadowRoot } = document.getElementById('page') ?? {};
  return shadowRoot ? [document, shadowRoot] : [document];
}

/** The elements that match, wherever they are in the page. */
export const findAll = <T extends HTMLElement>(selector: string): T[] =>
  places().flatMap((place) => [...place.querySelectorAll<T>(selector)]);

/** The first element that matches. */
export const find = <T extends HTMLElement>(selector: string): T | undefined => findAll<T>(selector)[0];

/** Runs when the last part of the page has arrived. */
export function whenComplete(act: () => void): void {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', act, { once: true });
  else act();
}

/** Listens for the submission of forms that match, those included that arrive later. */
export function onSubmit(selector: string, act: (form: HTMLFormElement, event: SubmitEvent) => void): void {
  const listen = (place: Document | ShadowRoot) =>
    place.addEventListener('submit', (event) => {
      const form = event.target as HTMLFormElement;
      // The event of an element in a slot passes the shadow root, too.
      if (form.getRootNode() === place && form.matches(selector)) act(form, event as SubmitEvent);
    });
  listen(document);
  // The event of a form within a shadow root stays within.
  whenComplete(() => places().slice(1).forEach(listen));
}

/** Says something in an element that is read out when it changes. */
export function setText(element: Element | null | undefined, text: string | undefined): void {
  if (element && text !== undefined && element.textContent !== text) element.textContent = text;
}
