import type { Column } from '../../types/generated/dataset.ts';
import { missingRuleOf } from '../data/clean/params.ts';
import { transformOf } from '../data/fitted/transform.ts';
import type { Wanted } from './raw-query.ts';
import type { Servable } from './servable.ts';

/** Whether a row without a value in a raw column is refused: by the schema, by clean, or since no step fills the gap. */
export const needsValue = ({ name, rules }: Wanted, { raw, fitted, card, windowing }: Servable): boolean => {
  if (rules?.required === true) return true;
  for (const { missing } of raw.clean) {
    const rule = missingRuleOf(name, missing);
    if (rule === 'drop' || rule === 'fail') return true;
    if (rule !== 'keep') return false;
  }
  let columns = (fitted?.columns ?? []) as readonly Column[];
  for (const step of fitted?.steps ?? []) {
    const transform = transformOf(step, columns, { split: 'what is served', target: card.target });
    if (transform.checks.whole.includes(name)) return true;
    if (step.stage === 'impute' && step.features.some((feature) => feature.name === name)) return false;
    columns = transform.outputs.map(({ column }) => column);
  }
  return fitted === null || windowing !== undefined;
};
