import { open } from 'node:fs/promises';

/** What the bytes of a CSV say of how its cells may be read. */
export interface CsvBytes {
  /** A digit and an underscore, two signs, or a zero before a digit where a field can begin: in texts too. */
  readonly oddNumbers: boolean;
  /** Some field may begin or end with white space: every one that does is among them. */
  readonly padding: boolean;
}

/**
 * Goes over all bytes once. Fields are not told apart: what stands in a text counts, and what is said may be too much,
 * never too little.
 *
 * @param skipsFirst whether the first line is left out.
 */
export const lookAtBytes = async (path: string, skipsFirst: boolean): Promise<CsvBytes> => {
  const file = await open(path);
  try {
    const bytes = Buffer.allocUnsafe(pieceSize);
    let state: number = states.edge;
    let isBefore = skipsFirst;
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, pieceSize);
      if (bytesRead === 0) break;
      const from = isBefore ? bytes.subarray(0, bytesRead).indexOf('\n') : 0;
      if (from === -1) continue;
      isBefore = false;
      state = walk(bytes, { from, to: bytesRead, state });
      if ((state & ~sawPadding) === states.odd) break;
    }
    const last = state & ~sawPadding;
    return {
      oddNumbers: last === states.odd,
      padding: (state & sawPadding) !== 0 || last === states.blankInField || last === states.blankAtStart,
    };
  } finally {
    await file.close();
  }
};

const pieceSize = 1024 ** 2;

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** What is known before it. */
  readonly state: number;
}

/**
 * One look into a table for each byte, and no branch: it is done for all of them. Each look waits for the one before, so that
 * four stretches are walked side by side; whatever came before a line's end, a field can begin after it.
 */
const walk = (bytes: Buffer, { from, to, state }: Stretch): number => {
  const quarter = (to - from) >> 2;
  const begins = [1, 2, 3].map((part) => bytes.indexOf(10, from + part * quarter) + 1);
  const [second = 0, third = 0, fourth = 0] = begins;
  const areApart = from < second && second < third && third < fourth && fourth < to;
  if (!areApart) return walkOne(bytes, { from, to, state });
  let [a, b, c, d]: number[] = [state, states.edge, states.edge, states.edge];
  const steps = Math.min(second - from, third - second, fourth - third, to - fourth);
  for (let step = 0; step < steps; step += 1) {
    a = next[(a! << 8) | (bytes[from + step] as number)];
    b = next[(b! << 8) | (bytes[second + step] as number)];
    c = next[(c! << 8) | (bytes[third + step] as number)];
    d = next[(d! << 8) | (bytes[fourth + step] as number)];
  }
  const ends = [
    walkOne(bytes, { from: from + steps, to: second, state: a! }),
    walkOne(bytes, { from: second + steps, to: third, state: b! }),
    walkOne(bytes, { from: third + steps, to: fourth, state: c! }),
    walkOne(bytes, { from: fourth + steps, to, state: d! }),
  ];
  const seen = ends.reduce((all, end) => all | (end & sawPadding), 0);
  const isOdd = ends.some((end) => (end & ~sawPadding) === states.odd);
  return (isOdd ? states.odd : (ends[3] as number)) | seen;
};

const walkOne = (bytes: Buffer, { from, to, state: first }: Stretch): number => {
  let state = first;
  for (let at = from; at < to; at += 1) state = next[(state << 8) | (bytes[at] as number)] as number;
  return state;
};

/** What is known after a byte. */
const states = {
  other: 0,
  /** A field can begin here. */
  edge: 1,
  blankAtStart: 2,
  blankInField: 3,
  plusAtStart: 4,
  minusAtStart: 5,
  plus: 6,
  zeroAtStart: 7,
  digit: 8,
  /** A number that DuckDB would read otherwise; it stays. */
  odd: 9,
} as const;

/** Beside the state: white space stood at an end of a field. */
const sawPadding = 16;

type Kind = 'edge' | 'blank' | 'plus' | 'minus' | 'zero' | 'digit' | 'underscore' | 'other';

const kindOf = (byte: number): Kind => {
  const text = String.fromCharCode(byte);
  if ('\n\r",;|'.includes(text)) return 'edge';
  if (' \t'.includes(text)) return 'blank';
  if (text === '0') return 'zero';
  if (/[1-9]/.test(text)) return 'digit';
  return ({ '+': 'plus', '-': 'minus', _: 'underscore' } as const)[text] ?? 'other';
};

const after = (state: number, kind: Kind): number => {
  const begins = state === states.edge || state === states.blankAtStart || state === states.blankInField;
  const isSigned = state === states.plusAtStart || state === states.minusAtStart;
  const isDigit = state === states.zeroAtStart || state === states.digit;
  switch (kind) {
    case 'edge':
      return states.edge;
    case 'blank':
      return state === states.edge || state === states.blankAtStart ? states.blankAtStart : states.blankInField;
    case 'plus':
      return begins ? states.plusAtStart : states.plus;
    case 'minus':
      if (state === states.plus || state === states.plusAtStart) return states.odd;
      return begins ? states.minusAtStart : states.other;
    case 'zero':
    case 'digit':
      if (state === states.zeroAtStart) return states.odd;
      return kind === 'zero' && (begins || isSigned) ? states.zeroAtStart : states.digit;
    case 'underscore':
      return isDigit ? states.odd : states.other;
    case 'other':
      return states.other;
  }
};

const isPadding = (state: number, kind: Kind): boolean =>
  (kind === 'blank' && state === states.edge) ||
  (kind === 'edge' && (state === states.blankAtStart || state === states.blankInField));

/** By state and byte, the next state. */
const next = new Uint8Array(2 * sawPadding * 256);
for (let state: number = states.other; state <= states.odd; state += 1)
  for (let byte = 0; byte < 256; byte += 1) {
    const kind = kindOf(byte);
    const then = state === states.odd ? states.odd : after(state, kind);
    next[(state << 8) | byte] = then | (isPadding(state, kind) ? sawPadding : 0);
    next[((state | sawPadding) << 8) | byte] = then | sawPadding;
  }
