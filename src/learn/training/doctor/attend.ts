import type { Finding } from '../../../types/generated/findings.ts';
import type { Json } from '../../../types/json.ts';
import { chanceOf } from '../chance.ts';
import type { Memory, TrainingEvent } from '../events.ts';
import type { Training } from '../train.ts';
import { variablesOf } from '../variables.ts';
import type { Patient } from './checks.ts';
import { type Chart, emptyChart, hearEpoch, hearStep } from './doctor.ts';
import { lookForDeadUnits } from './look.ts';

/** The doctor beside a training: a listener that reads its steps and looks at its units after each epoch. */
export interface Attendance {
  tell(event: TrainingEvent): Promise<void> | void;
  /** A training that was killed is taken up with all that was known of it. */
  readonly memory: Memory;
  chart(): Chart;
}

/** @param found hears of each finding as it is made, and again where a training is taken up. */
export const attend = (training: Training, found: (finding: Finding) => void): Attendance => {
  const patient = patientOf(training);
  let chart = emptyChart;
  const take = (next: Chart): void => {
    const fresh = next.findings.slice(chart.findings.length);
    chart = next;
    for (const finding of fresh) found(finding);
  };
  return {
    tell: (event) => {
      if (event.type === 'stepped') for (const reading of event.readings) take(hearStep(chart, reading, patient));
      return event.type === 'epoch ended' ? afterEpoch(event.record.epoch) : undefined;
    },
    memory: {
      save: () => chart as unknown as Json,
      restore: (saved) => take(saved as unknown as Chart),
    },
    chart: () => chart,
  };

  async function afterEpoch(epoch: number): Promise<void> {
    take(hearEpoch(chart, { epoch, layers: await lookForDeadUnits(training.network, training.train) }, patient));
  }
};

const patientOf = (training: Training): Patient => ({
  chance: chanceOf(training.train).loss,
  warmup: climbOf(training),
  variables: Object.keys(variablesOf(training.network)),
});

/** Steps at the beginning in which the rate only climbs. */
const climbOf = ({ schedule, optimizer: { batchesPerStep }, train, batchSize, epochs }: Training): number => {
  const planned = (Math.ceil(train.rows / batchSize) * epochs) / batchesPerStep;
  let step = 0;
  while (step < planned && schedule(step + 1, []) > schedule(step, [])) step += 1;
  return step * batchesPerStep;
};
