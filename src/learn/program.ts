import { StageError } from './error.ts';

export interface Failed {
  readonly type: 'failed';
  readonly message: string;
  readonly hint?: string;
}

/**
 * The frame of a program that the runner starts in a process of its own, since it knows nothing of data: it gets one
 * order, tells what came of it, and ends; also when the runner is gone.
 */
export const serveOne = <Order, Answer>(carryOut: (order: Order) => Promise<Answer>): void => {
  process.once('disconnect', () => process.exit(143));
  process.once('message', (order: Order) => {
    carryOut(order)
      .then(tell, (error: unknown) => tell(failure(error)))
      .finally(() => process.exit(0));
  });
};

const tell = (answer: unknown): Promise<void> =>
  new Promise((resolve) => {
    if (!process.send) throw new Error('this program is started by the runner alone');
    process.send(answer, undefined, undefined, () => resolve());
  });

const failure = (error: unknown): Failed => {
  if (!(error instanceof Error)) return { type: 'failed', message: String(error) };
  const { message } = error;
  if (!(error instanceof StageError) || error.hint === undefined) return { type: 'failed', message };
  // A StageError's message ends in its hint.
  return { type: 'failed', message: message.slice(0, -`\nhint: ${error.hint}`.length), hint: error.hint };
};
