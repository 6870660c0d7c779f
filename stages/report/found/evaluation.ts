import type { Evaluation } from '../../../src/types/generated/evaluation.ts';
import { formatValue } from '../words.ts';
import type { Search } from './found.ts';

/** What speaks against how the model was judged. */
export const foundInEvaluation = ({ findings = [] }: Evaluation): Search => ({
  found: findings.map(({ severity, message, evidence, remedy }) => ({
    tone: severity === 'warning' ? 'warn' : 'good',
    badge: severity,
    about: 'evaluation',
    message,
    evidence: `${Object.entries(evidence)
      .map(([name, value]) => `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? formatValue(value) : value}`)
      .join(', ')}.`,
    remedy: `What to do: ${remedy}.`,
  })),
});
