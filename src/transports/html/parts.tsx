import type { Html, HtmlValue } from '#libs/html';
import type { Degraded } from '#libs/upstream';
import { relativeTime } from './format.ts';
import type { Language } from './language.ts';
import { messages } from './messages/messages.ts';

/** A part of a page. */
export interface PagePart<T = never> {
  /** Its heading. */
  label: string;
  /** Its content. */
  of(value: T): HtmlValue;
}

/** A part as it received: its value, null if it is missing, and what of it is missing or stale. */
export interface ReceivedPart {
  name: string;
  value: unknown;
  degraded: readonly Degraded[];
}

/** The slot of a part, which says that it is being loaded until it arrives. */
export const slotOf = (language: Language, name: string, { label }: PagePart): Html => (
  <slot name={name}>
    <div class="placeholder" aria-busy="true">
      <h2>{label}</h2>
      <p>{messages[language].loading(label)}</p>
    </div>
  </slot>
);

/**
 * A part that has arrived. A missing one says so and why, a stale one says how old it is.
 * @param isSlotted whether it is for a slot of a page that is being sent
 */
export function partOf(
  language: Language,
  part: PagePart,
  { name, value, degraded }: ReceivedPart,
  isSlotted: boolean,
): Html {
  const slot = isSlotted && name;
  const texts = messages[language];
  const own = degraded.find((one) => one.part === name);
  if (value === null || value === undefined)
    return missingPart(name, part, texts.missing[own?.reason ?? 'UNAVAILABLE'](part.label), slot);
  return (
    <section id={name} slot={slot} class={own?.reason === 'STALE' ? 'part stale' : 'part'}>
      <h2>{part.label}</h2>
      <PartNotes language={language} name={name} degraded={degraded} />
      {part.of(value as never)}
    </section>
  );
}

/** A part for a slot that has arrived and cannot be rendered: that is a mistake of ours. */
export const brokenPart = (language: Language, part: PagePart, name: string): Html =>
  missingPart(name, part, messages[language].brokenPart(part.label), name);

const missingPart = (name: string, { label }: PagePart, notice: string, slot: string | false): Html => (
  <section id={name} slot={slot} class="part missing">
    <h2>{label}</h2>
    <p class="notice">{notice}</p>
  </section>
);

/** What is to be said of a part that is there: how old it is, if it is stale, and whether something within it is missing. */
export function PartNotes({
  language,
  name,
  degraded,
}: {
  language: Language;
  name: string;
  degraded: readonly Degraded[];
}): Html {
  const texts = messages[language];
  const own = degraded.find((one) => one.part === name);
  return (
    <>
      {own?.reason === 'STALE' && (
        <p class="age">{texts.staleSince(relativeTime(language, -(own.ageSeconds ?? 0)))}</p>
      )}
      {degraded.some((one) => one.part.startsWith(`${name}.`)) && <p class="age">{texts.incomplete}</p>}
    </>
  );
}
