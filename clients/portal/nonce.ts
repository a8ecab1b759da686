// Runs before the viewer of the reference: style elements that it makes get the nonce of the page, which its policy wants.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')!.content;
const create = document.createElement.bind(document);

document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
  const element = create(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};

export {};
