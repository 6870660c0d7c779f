import { mkdirSync } from 'node:fs';
import type { Figure, Report } from '../report.ts';
import type { Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';
import { type Outcome, takeTurns } from '../trainers.ts';
import { bareAgain, contestants, type Work } from './backends.ts';

/** What the training loop adds to its bare steps, and how much memory it takes, beside Keras and PyTorch. */
export const loop = async (settings: Settings): Promise<Report> => {
  mkdirSync(settings.folder, { recursive: true });
  const all: readonly Work[] = settings.quick ? [{ network: 'mlp', batch: 32, steps: 3 }] : work;
  const { loopsFor, notes } = contestants(settings);
  const figures: Figure[] = [];
  const said = new Set<string>();
  for (const each of all) {
    const outcomes = await takeTurns(loopsFor(each), settings.quick ? 1 : 7);
    for (const outcome of outcomes.values()) if ('missing' in outcome) said.add(outcome.missing);
    figures.push(...figuresOf(each, outcomes));
  }
  return { title: 'What the training loop adds to its steps', figures, notes: [howItIsMeasured, ...notes, ...said] };
};

const work: readonly Work[] = [
  { network: 'cnn', batch: 128, steps: 128 },
  // As many as an epoch of MNIST's 54,000 has.
  { network: 'mlp', batch: 128, steps: 422 },
];

const howItIsMeasured =
  'Epochs in turn, on TensorFlow where it is installed, else on wasm. "Bare": the steps of an epoch alone, of batches that are ' +
  'there, read once; by two processes, of which a loop is held against the one that was faster in its round. "Loop": `train` with its batches in a new order each epoch, its readings, records and checkpoints. "All": ' +
  'with the doctor, measured steps (as many as a run has), TensorBoard with its histograms, and progress too. Processor ' +
  'time is that of all epochs together, since not each has a checkpoint and histograms: those are paced by time, and the clocks of ' +
  'a program stand still while others train. Memory is the most that the process has had (VmHWM; ' +
  'of Python, ru_maxrss).';

const figuresOf = ({ network, batch, steps }: Work, outcomes: ReadonlyMap<string, Outcome>): Figure[] => {
  const what = (name: string): string => `${network}, batch ${batch}: ${name}`;
  const found = [...outcomes].flatMap(([name, outcome]) => ('missing' in outcome ? [] : [{ name, ...outcome }]));
  const adds = (name: string): Figure[] => {
    const [bare, again, other] = ['bare', bareAgain, name].map((one) => found.find((each) => each.name === one));
    if (bare === undefined || again === undefined || other === undefined) return [];
    const least = (of: 'seconds' | 'processor'): number[] =>
      bare[of].map((each, round) => Math.min(each, again[of][round]!));
    const shares = (of: 'seconds' | 'processor'): number[] => other[of].map((each, round) => each / least(of)[round]!);
    return [
      figureOf(shares('seconds'), { what: what(`${name} / bare`), unit: 'times', bar: { atMost: 1.03 } }),
      {
        ...figureOf(shares('processor'), { what: what(`${name} / bare, processor time`), unit: 'times' }),
        value: sum(other.processor) / sum(least('processor')),
      },
    ];
  };
  const apart = (): Figure[] => {
    const [bare, again] = ['bare', bareAgain].map((one) => found.find((each) => each.name === one));
    if (bare === undefined || again === undefined) return [];
    const shares = again.seconds.map((each, round) => each / bare.seconds[round]!);
    return [figureOf(shares, { what: what(`${bareAgain} / bare`), unit: 'times' })];
  };
  return [
    ...found.map(({ name, seconds }) =>
      figureOf(
        seconds.map((each) => (batch * steps) / each),
        { what: what(name), unit: 'images/s' },
      ),
    ),
    ...apart(),
    ...adds('loop'),
    ...adds('all'),
    ...found.flatMap(({ name, megabytes }) =>
      megabytes.length === 0 ? [] : [figureOf([megabytes.at(-1)!], { what: what(`memory of ${name}`), unit: 'MB' })],
    ),
  ];
};

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
