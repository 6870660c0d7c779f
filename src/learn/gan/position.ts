import type { GanEpoch } from '../../types/generated/gan-history.ts';
import type { Tensor } from '../data/safetensors.ts';
import { readCheckpoint, saveCheckpoint } from '../training/checkpoint.ts';
import { diverged } from '../training/readings.ts';
import { assign, download, upload } from '../training/variables.ts';
import type { Game } from './play.ts';
import { type Player, remember, weightsOf } from './player.ts';

/** Where a training stands, beside the networks' own weights. */
export interface Position {
  readonly epochs: readonly GanEpoch[];
  /** A PNG for each. */
  readonly sheets: readonly Uint8Array[];
}

/** Nothing decides the steps that is not in the folder's own place: trainings that share it differ in epochs alone. */
const plan = 'gan';

/** Brings both networks to the last checkpoint, where there is one. */
export const lastPosition = async (
  { generator, discriminator }: Game,
  { scratch, upTo, onDamage }: Looking,
): Promise<Position> => {
  const last = await readCheckpoint<GanEpoch>({ folder: scratch, plan }, { upTo, onDamage });
  if (last === undefined) return { epochs: [], sheets: [] };
  for (const [name, player] of Object.entries({ generator, discriminator })) {
    assign(weightsOf(player), upload(name, last.tensors));
    remember(player, upload(`${name}-optimizer`, last.tensors));
  }
  const sheets = last.epochs.map(({ epoch }) => last.tensors.get(sheetName(epoch))!.data as Uint8Array);
  return { epochs: last.epochs, sheets };
};

interface Looking {
  readonly scratch: string;
  readonly upTo: number;
  readonly onDamage: (name: string) => void;
}

/** @throws StageError where a weight is no finite number. */
export const keepPosition = async (
  { generator, discriminator }: Game,
  { epochs, sheets }: Position,
  scratch: string,
): Promise<void> => {
  const tensors = new Map<string, Tensor>([
    ...(await copiesOf('generator', generator)),
    ...(await copiesOf('discriminator', discriminator)),
    ...sheets.map((data, at) => [sheetName(at + 1), { shape: [data.length], data }] as const),
  ]);
  await saveCheckpoint<GanEpoch>({ folder: scratch, plan }, { epochs, tensors });
};

const copiesOf = async (name: string, player: Player): Promise<readonly (readonly [string, Tensor])[]> => {
  const weights = await download(name, weightsOf(player));
  for (const [weight, { data }] of weights)
    if (!data.every(Number.isFinite)) throw diverged(`${weight} is no longer made of finite numbers`);
  return [...weights, ...(await download(`${name}-optimizer`, player.state))];
};

const sheetName = (epoch: number): string => `sheets/${String(epoch).padStart(6, '0')}`;
