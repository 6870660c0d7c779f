import type { Fitted, FittedFeature, FittedStep } from '../../../types/generated/fitted.ts';

/** What of fitted steps no graph can say, in words; none: raw columns can be the inputs. */
export const reasonsAgainst = ({ steps }: Fitted): readonly string[] => [
  ...steps.flatMap(reasonsOf),
  ...steps.slice(0, -1).flatMap(({ stage }) => (stage === 'normalize' ? ['a step that comes after normalize'] : [])),
];

const reasonsOf = (step: FittedStep): readonly string[] => {
  switch (step.stage) {
    case 'impute':
      return step.features.flatMap(({ kind, name }) =>
        kind === 'nearest' ? [`gaps of "${name}" that are filled by the nearest rows`] : [],
      );
    case 'outliers':
      return step.judge === undefined || step.action !== 'flag'
        ? []
        : [`rows that are flagged by ${step.judge.method}`];
    case 'normalize':
      return step.features.flatMap(reasonOf);
  }
};

const reasonOf = (feature: FittedFeature): readonly string[] => {
  const { kind, name } = feature;
  if (kind === 'number' || kind === 'tensor' || kind === 'dropped') return [];
  if (kind === 'pieces') return [`"${name}" as pieces of words, by the method "${feature.tokenizer.model}"`];
  return kind === 'category' && feature.method !== 'hashed' ? [] : [`"${name}" by the method "${feature.method}"`];
};
