import type { PageMessages } from './en.ts';

/** The texts that every page may have, in German. */
export const de: PageMessages = {
  skip: 'Zum Inhalt springen',
  loading: (part) => `${part}: wird geladen …`,
  missing: {
    UNAVAILABLE: (part) => `${part}: zurzeit nicht verfügbar, der Dienst dahinter antwortet nicht.`,
    TIMEOUT: (part) => `${part}: zurzeit nicht verfügbar, die Antwort hat zu lange gedauert.`,
    OVERLOADED: (part) => `${part}: zurzeit nicht verfügbar, es sind zu viele Besucher da.`,
    BAD_RESPONSE: (part) => `${part}: zurzeit nicht verfügbar, der Dienst dahinter hat einen Fehler gemacht.`,
    STALE: (part) => `${part}: möglicherweise veraltet.`,
  },
  brokenPart: (part) => `${part}: kann gerade nicht angezeigt werden. Der Fehler liegt bei uns und wurde notiert.`,
  incomplete: 'Einige Angaben fehlen zurzeit.',
  staleSince: (age) => `Möglicherweise veraltet: Stand ${age}.`,
  backHome: 'Zur Startseite',
  tryAgain: 'Noch einmal versuchen',
  request: (id) => `Anfrage ${id}`,
  retryIn: (time) => `Bitte versuchen Sie es ${time} noch einmal.`,
  expiredForm: 'Dieses Formular ist abgelaufen. Öffnen Sie die Seite neu und senden Sie es noch einmal.',
  refused: (title) => `Fehler: ${title}`,
  fields: {
    check: 'Bitte korrigieren Sie die markierten Felder.',
    required: 'Bitte füllen Sie dieses Feld aus.',
    tooLong: (max) => `Das ist zu lang: höchstens ${max} Zeichen.`,
    min: (min) => `Geben Sie eine Zahl von mindestens ${min} ein.`,
    max: (max) => `Geben Sie eine Zahl von höchstens ${max} ein.`,
    wholeNumber: 'Geben Sie eine ganze Zahl ein.',
    invalid: 'Bitte prüfen Sie dieses Feld.',
  },
  errors: {
    400: [
      'Diese Adresse stimmt nicht',
      'Prüfen Sie die Adresse, oder gehen Sie zurück und ändern Sie Ihre Eingabe.',
    ],
    401: ['Bitte melden Sie sich an', 'Melden Sie sich an, um diese Seite zu sehen.'],
    403: [
      'Das ist nicht erlaubt',
      'Sie dürfen das nicht sehen oder tun. Öffnen Sie die Seite neu und versuchen Sie es noch einmal.',
    ],
    404: [
      'Seite nicht gefunden',
      'Diese Seite gibt es nicht. Vielleicht ist sie umgezogen, oder die Adresse enthält einen Fehler.',
    ],
    409: ['Das hat sich inzwischen geändert', 'Öffnen Sie die Seite neu, um zu sehen, was sich geändert hat.'],
    422: ['Bitte prüfen Sie Ihre Eingabe', 'Gehen Sie zurück und ändern Sie, was Sie eingegeben haben.'],
    429: ['Zu viele Anfragen', 'Sie waren schneller, als wir erlauben.'],
    500: ['Etwas ist schiefgegangen', 'Der Fehler liegt bei uns. Er wurde vermerkt.'],
    502: ['Ein Dienst antwortet nicht', 'Diese Seite kann zurzeit nicht gezeigt werden.'],
    503: ['Es ist gerade sehr viel los', 'Diese Seite kann zurzeit nicht gezeigt werden.'],
    504: ['Das dauert zu lange', 'Ein Dienst hinter dieser Seite hat nicht rechtzeitig geantwortet.'],
  },
};
