import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { findTensorflow } from '../../src/machine/tensorflow/find.ts';
import { call, type ProcessOptions } from '../processes.ts';
import type { Figure, Report } from '../report.ts';
import { freshFolder, type Settings, stemma } from '../settings.ts';
import { figureOf, median } from '../side-by-side.ts';

/** How near `stemma advise` comes to the training that follows it. */
export const advise = (settings: Settings): Report => {
  const subject = subjectOf(settings);
  const figures = backendsOf(settings).flatMap((backend): Figure[] => {
    const rounds = Array.from({ length: settings.quick ? 1 : 3 }, () => measured(subject, backend, settings));
    const [projected, real] = [rounds.map(({ projected }) => projected), rounds.map(({ real }) => real)];
    const ratios = projected.map((each, round) => each / real[round]!);
    return [
      figureOf(projected, { what: `${backend}: an epoch, projected`, unit: 's' }),
      figureOf(real, { what: `${backend}: an epoch of the run after it`, unit: 's' }),
      figureOf(ratios, { what: `${backend}: projected / real`, unit: 'times' }),
      figureOf(
        ratios.map((ratio) => Math.max(ratio, 1 / ratio)),
        { what: `${backend}: how far off, whichever way`, unit: 'times', bar: { atMost: 1.3 } },
      ),
    ];
  });
  return {
    title: 'What a training would take, and what it takes',
    figures,
    notes: [
      `The pipeline ${subject.pipeline}: \`stemma advise\`, then \`stemma run\` at once, in turn. A real epoch is the median of ` +
        'the run’s own. The longer the two are apart, the more the ratio tells of other work on the machine.',
    ],
  };
};

interface Subject extends ProcessOptions {
  readonly pipeline: string;
}

/** MNIST in the repository itself; where only the measuring is tested, what `stemma init` gives. */
const subjectOf = (settings: Settings): Subject => {
  if (!settings.quick) return { cwd: settings.root, pipeline: 'mnist' };
  const cwd = freshFolder(settings, 'advise');
  call(stemma(settings, 'init', '.'), { cwd });
  return { cwd, pipeline: 'penguins' };
};

const backendsOf = ({ quick }: Settings): readonly string[] => {
  const installed = findTensorflow(userCacheFolder({ environment: process.env }), 'cpu');
  return installed === undefined || quick ? ['wasm'] : ['wasm', 'tensorflow'];
};

/** Seconds of an epoch. */
interface Epoch {
  readonly projected: number;
  readonly real: number;
}

const measured = (subject: Subject, backend: string, settings: Settings): Epoch => {
  const { pipeline } = subject;
  const chosen = ['--backend', backend, ...(settings.quick ? ['--set', 'stages.train.params.epochs=2'] : [])];
  const ask = (...argv: readonly string[]): string => call(stemma(settings, ...argv), subject);
  ask('run', pipeline, 'normalize', 'augment');
  const advised = JSON.parse(ask('advise', pipeline, ...chosen, '--json')) as Advised;
  ask('run', pipeline, 'train', ...chosen, '--force');
  const { stageRun } = JSON.parse(ask('show', 'last', 'train', '--pipeline', pipeline, '--json')) as Shown;
  return { projected: advised.projections[0].secondsPerEpoch, real: median(stageRun.telemetry.seconds_per_epoch) };
};

interface Advised {
  readonly projections: readonly [{ readonly secondsPerEpoch: number }];
}

interface Shown {
  readonly stageRun: { readonly telemetry: { readonly seconds_per_epoch: readonly number[] } };
}
