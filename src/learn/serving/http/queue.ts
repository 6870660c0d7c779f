import type { Answer } from '../answer.ts';
import type { Prepared } from '../prepare.ts';

type Features = Prepared['examples'];

/** Asks the model about the rows of requests. */
export interface Queue {
  /** Answers in the order of the rows. */
  ask(features: Features): Promise<readonly Answer[]>;
  /** How often the model was asked. */
  asked(): number;
}

/**
 * Requests that arrive while the model is at work wait, and are then asked about together: nobody waits for others to
 * come. An answer does not depend on who it is given with.
 *
 * @param most rows that are asked about together; a request with more is asked about alone.
 */
export const createQueue = (answer: (features: Features) => Promise<readonly Answer[]>, most: number): Queue => {
  const waiting: Waiting[] = [];
  let working = false;
  let asked = 0;
  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let batch = next(waiting, most); batch.length > 0; batch = next(waiting, most)) {
      asked += 1;
      try {
        const answers = await answer(together(batch.map(({ features }) => features)));
        let at = 0;
        for (const { features, resolve } of batch) {
          resolve(answers.slice(at, at + features.rows));
          at += features.rows;
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  };
  return {
    ask: (features) =>
      new Promise((resolve, reject) => {
        waiting.push({ features, resolve, reject });
        void work();
      }),
    asked: () => asked,
  };
};

interface Waiting {
  readonly features: Features;
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The first of those that wait, as many as go together. */
const next = (waiting: Waiting[], most: number): Waiting[] => {
  let rows = 0;
  const count = waiting.findIndex(({ features }, index) => {
    rows += features.rows;
    return index > 0 && rows > most;
  });
  return waiting.splice(0, count < 0 ? waiting.length : count);
};

const together = (parts: readonly Features[]): Features => {
  const [first] = parts as [Features, ...Features[]];
  if (parts.length === 1) return first;
  const features = new Float32Array(parts.reduce((sum, part) => sum + part.features.length, 0));
  let at = 0;
  for (const part of parts) {
    features.set(part.features, at);
    at += part.features.length;
  }
  return { rows: parts.reduce((sum, { rows }) => sum + rows, 0), featureShape: first.featureShape, features };
};
