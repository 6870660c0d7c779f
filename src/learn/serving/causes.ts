import type { BadCause } from '../../types/serving-program.ts';
import { type RowFault, type SourceName, sayFault } from './fault.ts';

export interface Causes {
  add(source: SourceName, faults: readonly RowFault[]): void;
  all(): BadCause[];
}

/**
 * Gathers what is wrong with rows by its cause: of a million rows with one mistake, a few are told, and the number. Causes
 * come in the order of their first rows, where the rows do.
 */
export const gatherCauses = (): Causes => {
  const causes = new Map<string, BadCause & { readonly first: string[]; count: number }>();
  return {
    add: (source, faults) => {
      for (const fault of faults) {
        const { expected, hint } = fault;
        const key = JSON.stringify([fault.column, fault.what, hint]);
        const cause = causes.get(key) ?? { first: [], count: 0, expected, ...(hint !== undefined && { hint }) };
        causes.set(key, cause);
        cause.count += 1;
        if (cause.first.length < told) cause.first.push(sayFault(source, fault));
      }
    },
    all: () => [...causes.values()],
  };
};

/** Rows that are told of each cause. */
const told = 3;
