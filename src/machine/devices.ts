import { digestJson, hexOf } from '../fingerprint/canonical.ts';
import type { GraphicsAdapter } from '../types/backend-trial.ts';
import type { BackendChoice } from '../types/stage.ts';
import type { NvidiaCard } from './graphics.ts';
import type { Look, Rung } from './rungs.ts';

/** A GPU that a stage can have for itself. */
export interface Device {
  /** Names of locks: whoever holds all of them has it. A card of NVIDIA's has its number, whoever computes on it. */
  readonly locks: readonly string[];
  /** For people; undefined where nothing tells. */
  readonly name?: string;
  /** What `CUDA_VISIBLE_DEVICES` calls it; undefined of what is none of NVIDIA's cards. */
  readonly cuda?: string;
  /** What Dawn calls it. */
  readonly adapter?: string;
}

/** What of a machine says which devices it has. */
interface Place {
  readonly nvidia: readonly NvidiaCard[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The devices of which any would do for a backend, or for a command that asks for a GPU; the best first. */
export const devicesFor = async (
  backend: Pick<BackendChoice, 'name' | 'device'> | undefined,
  machine: Place & { look(rung: Rung): Promise<Look> },
): Promise<readonly Device[]> => {
  if (backend?.name !== 'webgpu') return cudaDevices(machine);
  const look = await machine.look({ name: 'webgpu', device: 'gpu' });
  return look.kind === 'there' ? webgpuDevices(look.adapters ?? [], machine) : [];
};

/** Of adapters, the hardware; where the processor plays all of them, all. */
export const bestKind = (adapters: readonly GraphicsAdapter[]): readonly GraphicsAdapter[] => {
  const hardware = adapters.filter(({ software }) => !software);
  return hardware.length > 0 ? hardware : adapters;
};

/**
 * NVIDIA's cards, those alone that the user's own `CUDA_VISIBLE_DEVICES` names. Where there is none, or none that the
 * kernel shows, there may still be one GPU, which a command knows how to find.
 */
export const cudaDevices = ({ nvidia, environment }: Place): readonly Device[] => {
  const own = environment['CUDA_VISIBLE_DEVICES'];
  if (own === undefined) {
    const numbers = [...Array(Math.max(1, nvidia.length)).keys()];
    return numbers.map((number) => cudaDevice(String(number), nvidia));
  }
  const words = own.split(',').map((word) => word.trim());
  // CUDA sees what stands before the first that is none, as -1.
  const none = words.findIndex((word) => word === '' || word.startsWith('-'));
  const visible = none === -1 ? words : words.slice(0, none);
  return visible.length === 0 ? [{ locks: [], cuda: own }] : visible.map((word) => cudaDevice(word, nvidia));
};

/** @param word a number, or a UUID, of which a beginning will do; of a part of a card too. */
const cudaDevice = (word: string, nvidia: readonly NvidiaCard[]): Device => {
  const number = /^\d+$/.test(word) ? Number(word) : nvidia.findIndex(({ uuid }) => uuid?.startsWith(word));
  if (number === -1) return { locks: [lockNamed('cuda', word)], cuda: word };
  const name = nvidia[number]?.model;
  return { locks: [String(number)], cuda: word, ...(name !== undefined && { name }) };
};

/**
 * Adapters, with NVIDIA's cards that they are. Of cards with one name Dawn takes the first, and does not say which that
 * is: so an adapter is all of them. On a machine with no card of NVIDIA's the first adapter is the GPU of number 0,
 * which commands ask for.
 */
export const webgpuDevices = (
  adapters: readonly GraphicsAdapter[],
  { nvidia }: Pick<Place, 'nvidia'>,
): readonly Device[] =>
  adapters.map(({ name, vendor, software }, place) => {
    const cards = software ? [] : cardsOf({ name, vendor }, nvidia).map(String);
    const first = !software && nvidia.length === 0 && place === 0;
    return {
      locks: cards.length > 0 ? cards : [lockNamed('adapter', name), ...(first ? ['0'] : [])],
      name,
      adapter: name,
      ...(cards.length > 0 && { cuda: cards.join(',') }),
    };
  });

/** Numbers of the cards that an adapter of this name can be. */
const cardsOf = ({ name, vendor }: Pick<GraphicsAdapter, 'name' | 'vendor'>, nvidia: readonly NvidiaCard[]) => {
  const numbers = [...nvidia.keys()];
  const named = numbers.filter((number) => nvidia[number]!.model === name);
  return named.length === 0 && vendor === 'nvidia' ? numbers : named;
};

const lockNamed = (kind: string, name: string): string => `${kind}-${hexOf(digestJson(name)).slice(0, 16)}`;
