import { whyNotSent } from '../../not-sent.ts';
import { Unfit } from './send.ts';
import { Refused } from './server.ts';

/** Why a run did not arrive, in a few words. */
export const sayWhy = (error: unknown): string => {
  if (error instanceof Refused || error instanceof Unfit) return error.message;
  if ((error as Partial<Error> | undefined)?.name === 'TimeoutError') return 'no answer in time';
  return whyNotSent(error);
};
