import { counted } from '../../src/learn/data/words.ts';
import { formatMetric } from '../../src/learn/metrics/format.ts';
import type { Listener } from '../../src/learn/training/events.ts';
import type { Reading } from '../../src/learn/training/readings.ts';
import type { Stepper } from '../../src/learn/training/stepper.ts';
import type { EpochRecord, TrainingHistory } from '../../src/types/generated/history.ts';
import type { StageContext } from '../../src/types/stage.ts';
import { stopwatch } from './stopwatch.ts';

/**
 * Says how far a training is, and what came out of it. It alone reads a clock, and only for telemetry.
 *
 * @param rows examples in an epoch.
 */
export const reporter = (context: StageContext<unknown>, rows: number): Listener => {
  const seconds: number[] = [];
  let since = performance.now();
  let note: string | undefined;
  let bridged: readonly string[] = [];
  let way: Stepper['way'] = 'eager';
  const parts = stopwatch();
  let total = 0;
  const found: string[] = [];
  return (event) => {
    switch (event.type) {
      case 'checkpoint damaged':
        context.notice(`${event.name} is damaged and is not used: the training starts from the one before, or anew`);
        break;
      case 'broken off':
        context.notice(`${event.sign.split('\n')[0]}: what is kept is of the epochs before`);
        break;
      case 'bridged':
        bridged = [...new Set([...bridged, ...event.kernels])];
        break;
      case 'stepping':
        // Until here its step was compiled: no part of an epoch.
        since = performance.now();
        way = event.way;
        if (event.reason !== undefined) context.notice(`the step is not compiled but taken op by op: ${event.reason}`);
        break;
      case 'phase began':
        note = `phase ${event.phase}: ${counted(event.learning, 'weight')} learning, ${counted(event.frozen, 'weight')} frozen`;
        break;
      case 'began':
        total = event.steps;
        break;
      case 'entered':
        parts.entered(event.phase);
        break;
      case 'found':
        found.push(event.finding.id);
        break;
      case 'stepped':
        context.progress({ done: event.done, total, unit: 'steps', note: note ?? lossOf(event.readings.at(-1)!) });
        break;
      case 'epoch ended':
        note = `epoch ${event.record.epoch}: ${resultsOf(event.record)}`;
        // A checkpoint counts to the epoch after it, as not each has one.
        seconds.push((performance.now() - since) / 1000);
        since = performance.now();
        break;
      case 'ended':
        context.summarize(
          `${summaryOf(event.history, bridged)}${found.length === 0 ? '' : `; found: ${found.join(', ')}`}`,
        );
        context.metrics(metricsOf(event.history.epochs[event.history.kept - 1]!));
        context.telemetry({
          seconds_per_epoch: seconds,
          examples_per_second: seconds.map((each) => rows / each),
          bridged_kernels: bridged,
          way,
          step: { ...parts.seconds() },
        });
    }
  };
};

const lossOf = ({ loss, rows }: Reading): string => `loss ${formatMetric(loss / rows)}`;

/** As `epoch 3 of 3, best 3: val_loss 0.041, val_accuracy 0.988`. */
const summaryOf = ({ epochs, best, kept, stopped }: TrainingHistory, bridged: readonly string[]): string => {
  const length =
    stopped === 'early' ? `stopped after epoch ${epochs.length}` : `epoch ${epochs.length} of ${epochs.length}`;
  const choice = kept === best.epoch ? `best ${kept}` : `best ${best.epoch}, kept ${kept}`;
  const detour =
    bridged.length === 0 ? '' : ` (in plain JavaScript, since the backend lacks them: ${bridged.join(', ')})`;
  return `${length}, ${choice}: ${resultsOf(epochs[kept - 1]!)}${detour}`;
};

const resultsOf = (record: EpochRecord): string =>
  Object.entries(metricsOf(record))
    .map(([name, value]) => `${name} ${formatMetric(value)}`)
    .join(', ');

/** What was measured on validation; on train, where there is none. */
const metricsOf = (record: EpochRecord): Readonly<Record<string, number>> => {
  const values = Object.entries(record as unknown as Readonly<Record<string, number>>).filter(
    ([name]) => !['epoch', 'phase', 'rate'].includes(name),
  );
  const judged = values.filter(([name]) => name.startsWith('val_'));
  return Object.fromEntries(judged.length > 0 ? judged : values);
};
