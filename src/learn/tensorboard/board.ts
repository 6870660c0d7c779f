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
import { histogramValue, textValue } from './values.ts';

export interface BoardOptions {
  /** What people set, as runs are compared by it; and the same as a text. */
  readonly hparams: Hparams;
  readonly params: string;
  /** Seconds since 1970. */
  readonly clock: () => number;
  readonly name: string;
}

/**
 * A listener that writes what TensorBoard shows: scalars by step (of the logged ones) and by epoch, weights, gradients
 * and curves after each epoch, and at the beginning pictures and texts. It changes nothing of the training.
 */
export const board = (training: Training, file: EventFile, options: BoardOptions) => {
  const variables = Object.keys(variablesOf(training.network));
  return async (event: TrainingEvent): Promise<void> => {
    switch (event.type) {
      case 'began':
        begin(training, file, options);
        addSteps(event.log, file, { training, variables });
        for (const record of event.epochs) file.add(record.epoch, scalarsOf(record));
        break;
      case 'stepped':
        addSteps(loggedOf(event.readings, 0), file, { training, variables });
        break;
      case 'found':
        file.add(event.finding.step ?? 0, [textValue(`findings/${event.finding.id}`, `**${event.finding.severity}**: ${event.finding.message}. What to do: ${event.finding.remedy}.`)]); // biome-ignore format: one line
        break;
      case 'epoch ended': {
        const { epoch } = event.record;
        file.add(epoch, scalarsOf(event.record));
        file.add(epoch, await histogramsOf(training));
        file.add(epoch, curvesOf(training, event.outputs));
        break;
      }
      case 'ended':
        file.add(event.history.epochs.length, [sessionEnd(options.clock())]);
        break;
      default:
        return;
    }
    file.flush();
  };
};

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

const histogramsOf = async (training: Training): Promise<Buffer[]> => {
  const histograms: Buffer[] = [];
  for (const [name, values] of await weightsOf(training)) histograms.push(histogramValue(`weights/${name}`, values));
  for (const [name, values] of await gradientsOf(training))
    histograms.push(histogramValue(`gradients/${name}`, values));
  return histograms;
};
