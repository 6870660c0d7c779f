import type { TrainingEvent } from '../training/events.ts';
import { normsByLayer, normsOf } from '../training/measures.ts';
import type { LoggedStep } from '../training/step-log.ts';
import { loggedOf } from '../training/step-log.ts';
import type { Training } from '../training/train.ts';
import { variablesOf } from '../training/variables.ts';
import { scalarValue } from './events.ts';
import type { EventFile } from './file.ts';
import { type Hparams, sessionEnd, sessionStart } from './hparams.ts';
import { curvesOf, firstImages, gradientsOf, summaryOf, weightsOf } from './looks.ts';
import { paceOf } from './pace.ts';
import { histogramValue, textValue } from './values.ts';

export interface BoardOptions {
  /** What people set, as runs are compared by it; and the same as a text. */
  readonly hparams: Hparams;
  readonly params: string;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly name: string;
  /**
   * What histograms may take of the time, above 0: where the last ones took more than that of the time since, those of an
   * epoch are left out. Absent: each epoch has its own.
   */
  readonly histogramShare?: number;
}

/**
 * A listener that writes what TensorBoard shows: scalars by step (of the logged ones) and by epoch, curves after each epoch,
 * weights and gradients too, but where that would take too large a share of the time, and at the beginning pictures and texts.
 * The weights that are kept in the end are always there. It changes nothing of the training.
 */
export const board = (training: Training, file: EventFile, options: BoardOptions) => {
  const variables = Object.keys(variablesOf(training.network));
  const { clock, histogramShare = Number.POSITIVE_INFINITY } = options;
  const pace = paceOf(histogramShare, clock);
  const drawn = new Set<number>();
  let flushed = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    file.flush();
    flushed = clock();
  };
  return async (event: TrainingEvent): Promise<void> => {
    switch (event.type) {
      case 'began':
        begin(training, file, options);
        addSteps(event.log, file, { training, variables });
        for (const record of event.epochs) file.add(record.epoch, scalarsOf(record));
        break;
      case 'stepped':
        addSteps(loggedOf(event.readings, 0), file, { training, variables });
        // To write to the disk costs more than what is written.
        if (clock() - flushed < secondsPerFlush) return;
        break;
      case 'found':
        file.add(event.finding.step ?? 0, [textValue(`findings/${event.finding.id}`, `**${event.finding.severity}**: ${event.finding.message}. What to do: ${event.finding.remedy}.`)]); // biome-ignore format: one line
        break;
      case 'epoch ended': {
        const { epoch } = event.record;
        file.add(epoch, scalarsOf(event.record));
        file.add(epoch, curvesOf(training, event.outputs));
        if (!pace.isDue()) break;
        await pace.time(async () =>
          file.add(epoch, [...(await weightsIn(training)), ...(await gradientsIn(training))]),
        );
        drawn.add(epoch);
        break;
      }
      case 'ended': {
        const { kept, epochs } = event.history;
        if (!drawn.has(kept)) file.add(kept, await weightsIn(training));
        file.add(epochs.length, [sessionEnd(clock())]);
        break;
      }
      default:
        return;
    }
    flush();
  };
};

/** Seconds of steps that a training that is killed may lose. */
const secondsPerFlush = 1;

const begin = (training: Training, file: EventFile, { hparams, params, clock, name }: BoardOptions): void => {
  file.add(0, [
    sessionStart(hparams, { name, time: clock() }),
    textValue('params', asCode(params)),
    textValue('model', asCode(summaryOf(training.network))),
  ]);
  file.add(0, firstImages(training));
};

/** Markdown shows lines that begin with four spaces as they are. */
const asCode = (text: string): string => text.replace(/^/gm, '    ');

const addSteps = (
  log: readonly LoggedStep[],
  file: EventFile,
  { training, variables }: { readonly training: Training; readonly variables: readonly string[] },
): void => {
  for (const { step, rate, loss, score, squares } of log) {
    const { gradient, weight, updateRatio } = normsOf(squares);
    const values = { loss, [training.task.scoreName]: score, rate, gradient_norm: gradient, weight_norm: weight, update_ratio: updateRatio }; // biome-ignore format: one line
    const layers = [...normsByLayer(squares, variables)].flatMap(([layer, norms]) => [
      scalarValue(`gradient_norm/${layer}`, norms.gradient),
      scalarValue(`weight_norm/${layer}`, norms.weight),
      scalarValue(`update_ratio/${layer}`, norms.updateRatio),
    ]);
    file.add(step, [...Object.entries(values).map(([tag, value]) => scalarValue(`step/${tag}`, value)), ...layers]);
  }
};

const scalarsOf = (record: object): Buffer[] =>
  Object.entries(record as Readonly<Record<string, number>>)
    .filter(([name]) => name !== 'epoch' && name !== 'phase')
    .map(([name, value]) => scalarValue(`epoch/${name}`, value));

const weightsIn = async (training: Training): Promise<Buffer[]> =>
  (await weightsOf(training)).map(([name, values]) => histogramValue(`weights/${name}`, values));

const gradientsIn = async (training: Training): Promise<Buffer[]> =>
  (await gradientsOf(training)).map(([name, values]) => histogramValue(`gradients/${name}`, values));
