import type { Html } from '#libs/html';
import { messages } from './messages/messages.ts';
import type { FormProblems } from './submitted-form.ts';
import type { Language } from './language.ts';

/** A labelled field of a form, with what was entered and what is wrong with it. */
export interface FieldProps {
  name: string;
  label: string;
  /** By default the name; forms that are on one page several times need others. */
  id?: string;
  /** Whether only screen readers have the label: what surrounds the field says the same. */
  isLabelHidden?: boolean;
  /** What the field has if nothing was entered. */
  value?: string | number;
  /** The form as it was refused; undefined for one that is new. */
  wrong: FormProblems | undefined;
  /** Makes it a text of several lines: how many are seen. */
  rows?: string;
  type?: 'email' | 'number' | 'password' | 'search';
  autocomplete?: string;
  maxlength?: number;
  min?: number;
  max?: number;
  required?: boolean;
  /** The element that describes it while nothing is wrong with it. */
  describedBy?: string;
}

/**
 * A field with its label. One that was refused has the entered text, is marked as invalid and described by its message
 * (WCAG 2.2, criterion 3.3.1); the first of a form has the focus once the page is loaded, without a script. A password is never
 * sent back.
 */
export function Field({
  name,
  label,
  id = name,
  isLabelHidden,
  value,
  wrong,
  rows,
  describedBy,
  ...more
}: FieldProps): Html {
  const problem = wrong?.problems[name];
  const text = more.type === 'password' ? undefined : (wrong?.given[name] ?? value);
  const messageId = problem === undefined ? undefined : `${id}-error`;
  const attributes = {
    id,
    name,
    ...more,
    'aria-invalid': problem !== undefined && 'true',
    'aria-describedby': messageId ?? describedBy,
    autofocus: problem !== undefined && Object.keys(wrong!.problems)[0] === name,
  };
  return (
    <div class="field">
      <label for={id} class={isLabelHidden && 'hidden'}>
        {label}
      </label>
      {rows === undefined ? (
        <input {...attributes} value={text} />
      ) : (
        <textarea {...attributes} rows={rows}>
          {text}
        </textarea>
      )}
      {problem !== undefined && (
        <p class="error" id={messageId}>
          {problem}
        </p>
      )}
    </div>
  );
}

/** Says above a form that fields of it are wrong; nothing if none is. */
export const FormNotice = ({ language, wrong }: { language: Language; wrong: FormProblems | undefined }): Html => (
  <>
    {wrong && (
      <p class="notice bad" role="alert">
        {messages[language].fields.check}
      </p>
    )}
  </>
);
