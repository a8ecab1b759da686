/** The texts that every page may have, in English. Each language has the same. */
export const en = {
  skip: 'Skip to the content',
  loading: (part: string) => `${part}: loading …`,
  missing: {
    UNAVAILABLE: (part: string) =>
      `${part} cannot be shown at the moment: the service behind it does not respond.`,
    TIMEOUT: (part: string) => `${part} cannot be shown at the moment: it took too long.`,
    OVERLOADED: (part: string) => `${part} cannot be shown at the moment: too many visitors are here.`,
    BAD_RESPONSE: (part: string) => `${part} cannot be shown at the moment: the service behind it made a mistake.`,
    STALE: (part: string) => `${part} may be out of date.`,
  },
  brokenPart: (part: string) => `${part} cannot be shown at the moment. The mistake is ours, and has been noted.`,
  incomplete: 'Some details are missing at the moment.',
  staleSince: (age: string) => `This may be out of date: it is from ${age}.`,
  backHome: 'To the start page',
  tryAgain: 'Try again',
  request: (id: string) => `Request ${id}`,
  retryIn: (time: string) => `Please try again ${time}.`,
  expiredForm: 'This form has expired. Open the page again, and send the form once more.',
  /** Before the title of a page whose form was refused. */
  refused: (title: string) => `Error: ${title}`,
  fields: {
    check: 'Please correct the marked fields.',
    required: 'Please fill in this field.',
    tooLong: (max: string) => `This is too long: at most ${max} characters.`,
    min: (min: string) => `Enter a number of at least ${min}.`,
    max: (max: string) => `Enter a number of at most ${max}.`,
    wholeNumber: 'Enter a whole number.',
    invalid: 'Please check this field.',
  },
  errors: {
    400: ['This address is not right', 'Check the address, or go back and correct your input.'],
    401: ['Please log in', 'Log in to see this page.'],
    403: ['This is not allowed', 'You may not see or do this. Open the page again and try once more.'],
    404: ['Page not found', 'There is no such page. It may have moved, or the address has a mistake.'],
    409: ['This has changed in the meantime', 'Open the page again to see what has changed.'],
    422: ['Please check your input', 'Go back and correct what you have entered.'],
    429: ['Too many requests', 'You were faster than we allow.'],
    500: ['Something went wrong', 'The mistake is ours. It has been noted.'],
    502: ['A service does not respond', 'This page cannot be shown at the moment.'],
    503: ['We are very busy', 'This page cannot be shown at the moment.'],
    504: ['This takes too long', 'A service behind this page did not answer in time.'],
  },
};

/** The texts of a language. */
export type PageMessages = typeof en;
