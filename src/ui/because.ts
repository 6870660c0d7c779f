import { oneLine } from './text.ts';

/**
 * Reasons as one phrase: `params.bins: 16 → 32, deps train, validation changed`.
 * Reasons of the form `dep x changed` are put together; of many reasons the first few are said and the rest counted.
 */
export const phraseOf = (because: readonly string[], limit = 6): string => {
  const reasons = mergeDeps(because.map(oneLine));
  if (reasons.length <= limit) return reasons.join(', ');
  return `${reasons.slice(0, limit - 1).join(', ')} and ${reasons.length - limit + 1} more`;
};

const mergeDeps = (reasons: readonly string[]): readonly string[] => {
  const names = reasons.map((reason) => /^dep (\S+) changed$/.exec(reason)?.[1]);
  const changed = names.filter((name) => name !== undefined);
  if (changed.length < 2) return reasons;
  const first = names.findIndex((name) => name !== undefined);
  const merged = `deps ${changed.join(', ')} changed`;
  return reasons.flatMap((reason, index) => (index === first ? [merged] : names[index] === undefined ? [reason] : []));
};
