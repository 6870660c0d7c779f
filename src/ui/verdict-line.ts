import type { Verdict } from '../types/machine.ts';

/** `input-bound: 62 % of the steps' 41.8 s went by waiting for data`. */
export const verdictLine = ({ kind, words }: Verdict): string => `${kind}: ${words}`;

/** That a stage computed while it ran is as it should be, and no news. */
export const isNews = ({ kind }: Verdict): boolean => kind === 'input-bound' || kind === 'overhead-bound';
