import type { FindingsCheck } from '../../../types/generated/findings.ts';
import type { Chart } from './doctor.ts';

/** What the doctor looked for, in a fixed order, and what came of it. */
export const checksOf = ({ vitals, plateauJudged, layers, findings }: Chart): FindingsCheck[] => {
  const steps = `${vitals.steps} steps`;
  const looked: readonly (readonly [FindingsCheck['id'], string | undefined, string])[] = [
    ['not-finite', steps, ''],
    ['rate-too-high', `the update ratios of the logged ones of ${steps}`, ''],
    ['loss-rises', `the losses of ${steps}`, ''],
    ['loss-spike', `the losses of ${steps}`, ''],
    ['plateau', plateauJudged ? 'the loss against that of the best constant answer' : undefined, `${steps} are too few, or the rate still climbs`], // biome-ignore format: one line
    ['dead-units', layers.length > 0 ? `the ReLU of ${layers.join(', ')}, after each epoch` : undefined, 'no layer has a ReLU'], // biome-ignore format: one line
  ];
  return looked.map(([id, what, why]) => {
    const state = findings.some((finding) => finding.id === id) ? 'found' : what === undefined ? 'left out' : 'clean';
    return { id, phase: 'training', state, what: what ?? why };
  });
};
