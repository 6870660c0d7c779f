import type { DiagnosisRemedy } from '../../../types/generated/diagnosis.ts';
import type { JsonObject } from '../../../types/json.ts';
import { own } from '../../own.ts';
import { type NamedStage, paramOf, pointerTo, setParam } from './change.ts';
import type { Subject } from './subject.ts';

// Changes to the examples that the network sees while it trains.

/** What a transform is called, how much of it, and what it needs. */
interface Transform {
  readonly name: string;
  readonly amount: number;
  readonly why: string;
}

const mixup: Transform = {
  name: 'mixup',
  amount: 0.2,
  why: 'mixtures of two examples have mixtures of their targets, so that nothing can be learnt by heart',
};

const shift: Transform = {
  name: 'shift',
  amount: 2,
  why: 'each epoch sees each image at another place: as good as more images, where what they show may move',
};

const wordSwap: Transform = {
  name: 'word_swap',
  amount: 0.1,
  why: 'each epoch sees each text with other words exchanged: it is learnt less by its exact words',
};

const transforms: Readonly<Record<Subject['data'], readonly Transform[]>> = {
  images: [shift, mixup],
  series: [mixup],
  tokens: [wordSwap],
  table: [mixup],
};

/** More of the transforms that suit the data, one remedy each, where augment has none of them. */
export const moreAugmentation = (subject: Subject, train: NamedStage): DiagnosisRemedy[] =>
  transforms[subject.data]
    .filter(({ name }) => (name === 'mixup' ? subject.mixes : name !== 'word_swap' || subject.moves))
    .flatMap((transform) => augmented(transform, subject, train) ?? []);

const augmented = (transform: Transform, { augment }: Subject, train: NamedStage): DiagnosisRemedy | undefined => {
  const { name, amount, why } = transform;
  const title = `${name} ${amount}`;
  if (augment === undefined) {
    const patch = withAugment(train, { [name]: amount });
    return patch && { title, why, patch };
  }
  // Copies are made once, and then nothing is altered anew; and a pack may have a transform, or forbid it.
  const pack = paramOf(augment, ['pack']);
  const isSet = paramOf(augment, [name]) !== undefined || isForbidden(pack, name);
  if (isSet || paramOf(augment, ['copies']) !== 0) return undefined;
  return { title, why, patch: [setParam(augment, [name], amount)] };
};

/** Packs that have an amount of their own for a shift; all of them take mixup, but those of texts. */
const isForbidden = (pack: unknown, name: string): boolean =>
  typeof pack === 'string' && (name === 'shift' || name === 'word_swap');

/** A stage augment between train and what it reads. */
const withAugment = (train: NamedStage, params: JsonObject): DiagnosisRemedy['patch'] | undefined => {
  const source = own(train.deps, 'train');
  if (source === undefined) return undefined;
  const name = `${train.name}-augment`;
  return [
    { op: 'add', path: pointerTo(name), value: { uses: 'augment', deps: { train: source }, params } },
    { op: 'replace', path: pointerTo(train.name, 'deps', 'train'), value: `${name}.train` },
  ];
};
