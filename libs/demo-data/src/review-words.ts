/** The first sentences of a review by rating; the first is for one star. */
export const OPENINGS: readonly (readonly string[])[] = [
  ['Sent it back.', 'I wanted to like it.', 'It broke on the second day.'],
  ['Not what the picture promised.', 'It works, on some days.', 'Fine until you touch it.'],
  ['It does what it says.', 'Neither good nor bad.', 'Right for the price.'],
  ['A good buy.', 'Better than I had expected.', 'Nearly perfect.'],
  ['I would buy it again tomorrow.', 'The best one I have had.', 'My whole family uses it now.'],
];

/** The second sentences of a review. */
export const REMARKS = [
  'It came two days early.',
  'The box was bigger than the thing in it.',
  'The colour is a little darker than on the screen.',
  'After three months it still looks new.',
  'My sister has the same one and says so too.',
  'The instructions are short, and right.',
  'It is lighter than I thought.',
  'It fits where the old one was.',
  'I use it every day.',
  'It was a present, and it was kept.',
] as const;
