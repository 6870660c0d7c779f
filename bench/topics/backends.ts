import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { backendEnvironment } from '../../src/machine/backend-environment.ts';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { findGraphics } from '../../src/machine/graphics.ts';
import { findTensorflow } from '../../src/machine/tensorflow/find.ts';
import type { GrantedBackend } from '../../src/types/stage.ts';
import { findPython } from '../peers/python.ts';
import type { Figure, Report } from '../report.ts';
import type { Settings } from '../settings.ts';
import { figureOf } from '../side-by-side.ts';
import { type Outcome, type Trainer, takeTurns } from '../trainers.ts';

/** How fast networks train: on the backends that are here, op by op and compiled, beside Keras and PyTorch. */
export const backends = async (settings: Settings): Promise<Report> => {
  mkdirSync(settings.folder, { recursive: true });
  const all = settings.quick ? [{ network: 'mlp', batch: 32, steps: 3 } as const] : work;
  const { trainersFor, notes } = contestants(settings);
  const figures: Figure[] = [];
  const said = new Set<string>();
  for (const each of all) {
    const outcomes = await takeTurns(trainersFor(each), settings.quick ? 1 : 5);
    for (const [name, outcome] of outcomes)
      said.add('missing' in outcome ? outcome.missing : `${name}: ${outcome.said}`);
    figures.push(...figuresOf(each, outcomes));
  }
  return { title: 'Training, by backend', figures, notes: [howItIsMeasured, ...notes, ...said] };
};

export interface Work {
  readonly network: 'cnn' | 'cnn-norm' | 'mlp';
  readonly batch: number;
  /** In a round. */
  readonly steps: number;
}

const work: readonly Work[] = [
  ...[32, 128, 512].map((batch) => ({ network: 'cnn', batch, steps: 4096 / batch }) as const),
  ...[32, 128, 512].map((batch) => ({ network: 'cnn-norm', batch, steps: 4096 / batch }) as const),
  ...[32, 128, 512].map((batch) => ({ network: 'mlp', batch, steps: 16384 / batch }) as const),
];

const threads = 2;

const howItIsMeasured =
  'Images a second. cnn: 28×28, convolutions of 32 and 64, dense 128; cnn-norm: the same with batch normalization in ' +
  'place of the biases of the convolutions; mlp: 784-512-512-10; Adam, 2 threads. A round is an epoch of 4,096 images ' +
  '(mlp: 16,384) without validation and checkpoints. All programs are started first and train in turn.';

/** Who trains, where it can be found here. */
export const contestants = (settings: Settings) => {
  const program = (name: string): string => join(settings.folder, 'programs', `${name}.mjs`);
  const installed = findTensorflow(userCacheFolder({ environment: process.env }), 'cpu');
  const python = settings.quick ? { missing: '' } : findPython(settings);
  const ours = (
    { network, batch, steps }: Work,
    name: string,
    on: GrantedBackend,
    way: string,
    by = 'train',
  ): Trainer => ({
    name,
    argv: [process.execPath, program(by), JSON.stringify(on), way, network, String(batch), String(steps)],
    env: backendEnvironment(on, { environment: process.env, ...(installed && { installed }) }),
  });
  const peer = ({ network, batch, steps }: Work, name: string, kind: string): Trainer[] =>
    'missing' in python
      ? []
      : [{ name, argv: [python.python, peerProgram(settings), kind, network, ...[batch, steps, threads].map(String)] }];
  const wasm: GrantedBackend = { ...choice, name: 'wasm', version: versionOf('wasm', settings), threads: 1 };
  const webgpu: GrantedBackend = { ...wasm, name: 'webgpu', version: versionOf('webgpu', settings), device: 'gpu' };
  const trainersFor = (each: Work): Trainer[] => [
    ours(each, 'wasm', wasm, 'eager'),
    // It refuses software adapters itself.
    ...(findGraphics('/').devices.length === 0 ? [] : [ours(each, 'webgpu', webgpu, 'eager')]),
    ...(installed === undefined
      ? []
      : (['eager', 'compiled'] as const).map((way) => {
          const { version, folder } = installed;
          return ours(each, `tensorflow, ${way}`, { ...choice, name: 'tensorflow', version, folder }, way);
        })),
    ...peer(each, keras, 'keras-fit'),
    ...peer(each, 'Keras, train_on_batch', 'keras-batch'),
    ...peer(each, torch, 'torch'),
    ...peer(each, 'PyTorch, compiled', 'torch-compile'),
  ];
  const fastest: GrantedBackend =
    installed === undefined
      ? wasm
      : { ...choice, name: 'tensorflow', version: installed.version, folder: installed.folder };
  const loopsFor = (each: Work): Trainer[] => [
    ...['bare', 'loop', 'all'].map((way) => ours(each, way, fastest, way, 'loop')),
    ours(each, bareAgain, fastest, 'bare', 'loop'),
    ...peer(each, keras, 'keras-fit'),
    ...peer(each, torch, 'torch'),
  ];
  const onCardFor = (each: Work): Trainer[] => [
    ours(each, 'webgpu', webgpu, 'eager'),
    ...(findGraphics('/').nvidia.length === 0 ? [] : peer(each, 'PyTorch, CUDA', 'torch-card')),
  ];
  const notes = [
    ...(installed === undefined ? ['TensorFlow is not installed: `stemma backend install` brings it.'] : []),
    ...('missing' in python && python.missing !== '' ? [python.missing] : []),
  ];
  return { trainersFor, loopsFor, onCardFor, notes };
};

/** The same program a second time: what two processes differ by is no cost of a loop. */
export const bareAgain = 'bare, once more';

const keras = 'Keras, fit';
const torch = 'PyTorch';

const peerProgram = ({ root }: Settings): string => join(root, 'bench/programs/train-peer.py');

const choice = { device: 'cpu', threads, deterministic: true } as const;

const versionOf = (name: string, { root }: Settings): string => {
  const load = createRequire(join(root, 'package.json'));
  return (load(`@tensorflow/tfjs-backend-${name}/package.json`) as { version: string }).version;
};

const figuresOf = ({ network, batch, steps }: Work, outcomes: ReadonlyMap<string, Outcome>): Figure[] => {
  const images = batch * steps;
  const what = (name: string): string => `${network}, batch ${batch}: ${name}`;
  const rates = new Map(
    [...outcomes].flatMap(([name, outcome]) =>
      'missing' in outcome ? [] : [[name, outcome.seconds.map((seconds) => images / seconds)] as const],
    ),
  );
  const compiled = rates.get('tensorflow, compiled');
  const against = (peer: string, atLeast: number): Figure[] => {
    const other = rates.get(peer);
    if (compiled === undefined || other === undefined) return [];
    const times = compiled.map((rate, round) => rate / other[round]!);
    return [figureOf(times, { what: what(`compiled / ${peer}`), unit: 'times', bar: { atLeast } })];
  };
  return [
    ...[...rates].map(([name, values]) => figureOf(values, { what: what(name), unit: 'images/s' })),
    ...against(keras, network === 'cnn-norm' ? 1 : 1.3),
    ...against(torch, 1),
  ];
};
